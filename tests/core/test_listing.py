"""Keyset pages: every row once, both ways, whatever the sort; foreign cursors do no harm."""

import base64

import pytest
from django.db.models import QuerySet
from django.http import QueryDict

from core.models import Workspace
from core.ui import listing
from tests import build

pytestmark = pytest.mark.django_db
SORTS = {"name": "name", "new": "created_at"}


@pytest.fixture
def shops() -> QuerySet[Workspace]:
    """Seven shops, three of one name."""
    for name in ("B", "A", "C", "A", "D", "A", "E"):
        build.workspace(name)
    return Workspace.objects.all()


def cut(shops: QuerySet[Workspace], query: str, size: int = 3) -> listing.Page[Workspace]:
    return listing.page(shops, QueryDict(query), sorts=SORTS, default="name", size=size)


def walk(shops: QuerySet[Workspace], query: str) -> list[str]:
    """Names from the first page to the last."""
    page = cut(shops, query)
    names = [row.name for row in page.rows]
    while page.after:
        page = cut(shops, page.after.removeprefix("?"))
        names += [row.name for row in page.rows]
    return names


def test_walking_forward_meets_every_row_once(shops: QuerySet[Workspace]) -> None:
    assert walk(shops, "") == ["A", "A", "A", "B", "C", "D", "E"]


def test_a_minus_turns_the_order_round(shops: QuerySet[Workspace]) -> None:
    assert walk(shops, "sort=-name") == ["E", "D", "C", "B", "A", "A", "A"]


def test_walking_back_returns_to_the_same_rows(shops: QuerySet[Workspace]) -> None:
    first = cut(shops, "")
    second = cut(shops, first.after.removeprefix("?"))

    again = cut(shops, second.before.removeprefix("?"))

    assert list(again.rows) == list(first.rows)
    assert not again.before
    assert again.after


def test_the_first_page_has_nothing_before_it(shops: QuerySet[Workspace]) -> None:
    assert not cut(shops, "").before


def test_a_page_that_holds_all_has_nothing_after_it(shops: QuerySet[Workspace]) -> None:
    assert not cut(shops, "", size=7).after


def test_equal_keys_are_not_lost_between_pages(shops: QuerySet[Workspace]) -> None:
    first = cut(shops, "", size=2)
    second = cut(shops, first.after.removeprefix("?"), size=2)

    assert [row.name for row in second.rows] == ["A", "B"]


def test_instants_can_be_sorted_by_too(shops: QuerySet[Workspace]) -> None:
    assert len(walk(shops, "sort=-new")) == 7


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMl0", "%00", "W1siQSJdLCJ6Il0", "9" * 5000])
def test_a_spoilt_cursor_begins_at_the_beginning(shops: QuerySet[Workspace], cursor: str) -> None:
    assert cut(shops, f"after={cursor}&sort=new").rows


MADE_UP = {
    "infinity": '["2026-01-01T00:00:00Z", Infinity]',
    "an infinite key": "[1e400, 1]",
    "deep": "[" * 100_000,
    "before all time": '["0001-01-01T00:00:00+23:00", 1]',
    "half a letter": '["\\ud800", 1]',
    "many digits": f"[1, {'9' * 5000}]",
    "past a bigint": f'["2026-01-01T00:00:00Z", {2**63}]',
}


@pytest.mark.parametrize("sort", ["new", "name"])
@pytest.mark.parametrize("text", MADE_UP.values(), ids=MADE_UP.keys())
def test_a_made_up_cursor_is_no_error(shops: QuerySet[Workspace], text: str, sort: str) -> None:
    cursor = base64.urlsafe_b64encode(text.encode()).decode()

    assert cut(shops, f"after={cursor}&sort={sort}").sort == sort


def test_a_cursor_with_a_nul_begins_at_the_beginning(shops: QuerySet[Workspace]) -> None:
    cursor = base64.urlsafe_b64encode(b'["\\u0000", 1]').decode()

    assert cut(shops, f"after={cursor}&sort=name").rows


def test_an_unknown_sort_falls_back_to_the_default(shops: QuerySet[Workspace]) -> None:
    page = cut(shops, "sort=password")

    assert (page.sort, page.descending) == ("name", False)


def test_sorting_again_by_the_same_column_turns_it(shops: QuerySet[Workspace]) -> None:
    page = cut(shops, "state=new&after=abc")

    assert page.sorted_by("name") == "?state=new&sort=-name"
    assert page.sorted_by("new") == "?state=new&sort=new"


def test_a_new_search_keeps_filters_and_leaves_the_cursor(shops: QuerySet[Workspace]) -> None:
    assert cut(shops, "q=ann&state=new&sort=name&after=x").kept == [
        ("state", "new"),
        ("sort", "name"),
    ]
