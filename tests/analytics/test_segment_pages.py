"""Segments as audiences, the filters they bring to the customers list, and moves between them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from analytics.selectors import moves, snapshots
from analytics.services import recomputing
from campaigns.models import Suppression
from campaigns.rules.addresses import hash_of
from core.models import AuditEntry, Workspace
from crm.models import Customer
from crm.services import consents
from tests import build, build_crm
from tests import build_analytics as shops
from tests.build_analytics import NIGHT, Sale

pytestmark = pytest.mark.django_db
START = date(2024, 1, 1)
LAST = date(2024, 4, 20)
# Twenty-nine who bought four times at their own pace, one who buys daily, two who bought once.
SALES = [
    *(Sale(n, START + timedelta(n * k), 100 * n + k) for n in range(1, 30) for k in range(4)),
    *(Sale(30, LAST - timedelta(n)) for n in range(9)),
    Sale(31, LAST),
    Sale(32, START),
]


@pytest.fixture
def shop() -> Workspace:
    """Buyers of different habits, as they were in March and as they are in April."""
    made = shops.shop()
    shops.orders(made, SALES)
    for as_of in (LAST - timedelta(weeks=4), LAST):
        recomputing.recompute(workspace=made, as_of=as_of, at=NIGHT, full=True)
    return made


def _get(shop: Workspace, page: str, asked: str = "", role: str = "owner") -> Any:
    client = Client(headers={"accept-language": "en"})
    client.force_login(build.member(shop, role))
    return client.get(reverse(page, args=[shop.slug]) + asked)


def _in(shop: Workspace, **terms: Any) -> set[int]:
    latest = snapshots.latest(shop.pk)
    assert latest is not None
    rows = snapshots.customers_of(shop.pk, latest).filter(**terms)
    return set(rows.values_list("customer_id", flat=True))


def _shown(answer: Any) -> set[int]:
    return {row.customer.pk for row in answer.context["rows"]}


def test_every_segment_and_state_is_an_audience_and_each_cut_is_the_base(shop: Workspace) -> None:
    page = _get(shop, "analytics:segments")

    segments, states = page.context["segments"], page.context["states"]
    assert len(segments) == 10
    assert [row.group.name for row in states] == ["new", "active", "sleeping"]
    assert sum(row.group.customers for row in segments) == 32
    assert sum(row.group.customers for row in states) == 32
    assert sum(row.group.revenue for row in segments) == page.context["whole"].revenue


def test_the_list_stands_in_the_menu(shop: Workspace) -> None:
    page = _get(shop, "analytics:segments").content.decode()

    assert f'href="{reverse("analytics:segments", args=[shop.slug])}"' in page


def test_revenue_is_of_the_last_ninety_days(shop: Workspace) -> None:
    first = LAST - timedelta(89)
    wanted = sum(sale.total for sale in SALES if first <= sale.day <= LAST)

    assert _get(shop, "analytics:segments").context["whole"].revenue == wanted


def test_reach_asks_for_consent_and_address_and_heeds_the_stop_list(shop: Workspace) -> None:
    people = list(Customer.objects.within(shop).order_by("pk")[:5])
    _reach(people[0], "email", "a@mail.example")
    _reach(people[1], "sms", "+447700900001")
    _reach(people[2], "email", "c@mail.example")
    _reach(people[3], "email", "d@mail.example")
    _say(people[4], "email", consents.give)
    _say(people[2], "email", consents.withdraw)
    Suppression.unscoped.create(
        workspace=shop, channel_kind="email", reason="complaint",
        address_hash=hash_of("d@mail.example"),
    )  # fmt: skip

    whole = _get(shop, "analytics:segments").context["whole"]

    assert (whole.by_email, whole.by_sms, whole.reachable) == (1, 1, 2)


def _reach(person: Customer, channel: str, value: str) -> None:
    build_crm.identity(person, "phone" if channel == "sms" else "email", value)
    _say(person, channel, consents.give)


def _say(person: Customer, channel: str, verb: Callable[..., Any]) -> None:
    at = NIGHT + timedelta(hours=verb is consents.withdraw)
    verb(scope=build.scope(person.workspace), customer=person, channel=channel, stated_at=at,
         source="team", proof="said so")  # fmt: skip


def test_before_the_first_run_the_list_says_so() -> None:
    empty = shops.shop()

    page = _get(empty, "analytics:segments")

    assert page.status_code == 200
    assert "Nothing has been computed yet" in page.content.decode()


@pytest.mark.parametrize(
    ("asked", "terms"),
    [
        ("?segment=hibernating", {"segment": "hibernating"}),
        ("?state=sleeping", {"state": "sleeping"}),
        ("?cell=1-1", {"segment_r": 1, "segment_f": 1}),
        ("?state=active&segment=champions", {"state": "active", "segment": "champions"}),
    ],
)
def test_the_customers_list_takes_the_filter(
    shop: Workspace, asked: str, terms: dict[str, Any]
) -> None:
    wanted = _in(shop, **terms)

    found = _shown(_get(shop, "crm:customers", asked))

    assert found == wanted
    assert 0 < len(found) < 32


@pytest.mark.parametrize("asked", ["?segment=vip", "?cell=9-9", "?cell=x", "?moved=a.b", "?state="])
def test_a_filter_that_is_none_filters_nothing(shop: Workspace, asked: str) -> None:
    assert len(_shown(_get(shop, "crm:customers", asked))) == 32


def test_a_file_of_customers_holds_the_same_people(shop: Workspace) -> None:
    wanted = _in(shop, segment="hibernating")

    answer = _get(shop, "crm:customers_export", "?segment=hibernating")

    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == len(wanted) + 1
    assert AuditEntry.objects.within(shop).get(action="exported").after["segment"] == "hibernating"


@pytest.mark.parametrize(
    ("asked", "audience"),
    [
        ("?segment=at_risk", ("rfm_segment", "at_risk")),
        ("?state=sleeping", ("lifecycle_state", "sleeping")),
        ("?segment=at_risk&state=sleeping", None),
        ("?segment=at_risk&q=anna", None),
        ("?cell=1-1", None),
        ("", None),
    ],
)
def test_one_may_write_only_to_exactly_the_people_shown(
    shop: Workspace, asked: str, audience: tuple[str, str] | None
) -> None:
    assert _get(shop, "crm:customers", asked).context["audience"] == audience


def test_moves_add_up_to_the_people_who_changed_their_segment(shop: Workspace) -> None:
    latest = snapshots.latest(shop.pk)
    assert latest is not None
    before = moves.earlier(latest)
    assert before is not None
    then, now = (
        dict(snapshots.customers_of(shop.pk, each).values_list("customer_id", "segment"))
        for each in (before, latest)
    )

    found = moves.moves(before, latest)

    changed = [who for who, segment in then.items() if now[who] != segment]
    assert sum(move.customers for move in found) == len(changed) > 0


def test_a_move_opens_the_people_who_made_it(shop: Workspace) -> None:
    row = _get(shop, "analytics:rfm").context["moved"].rows[0]
    asked = "?" + row.href.partition("?")[2]

    found = _shown(_get(shop, "crm:customers", asked))

    assert len(found) == row.customers


def test_the_first_snapshot_has_nothing_to_compare_with() -> None:
    young = shops.shop()
    shops.orders(young, [Sale(1, START), Sale(2, START)])
    recomputing.recompute(workspace=young, as_of=LAST, at=NIGHT)

    page = _get(young, "analytics:rfm")

    assert page.context["moved"] is None
    assert "second night" in page.content.decode()


def test_a_stranger_is_narrowed_by_his_own_snapshot(shop: Workspace) -> None:
    other = shops.shop()
    shops.orders(other, [Sale(1, START)])

    assert _shown(_get(other, "crm:customers", "?segment=hibernating")) == set()


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        ("analytics:segments", ""),
        ("analytics:rfm", "?segment=champions"),
        ("crm:customers", "?moved=champions.loyal_customers&state=active"),
    ],
)
def test_a_page_asks_few_questions(
    shop: Workspace, page: str, asked: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = Client()
    client.force_login(build.member(shop, "owner"))
    address = reverse(page, args=[shop.slug]) + asked

    with django_assert_max_num_queries(15):
        client.get(address)
