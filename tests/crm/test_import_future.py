"""A file says what has happened: rows dated past tomorrow are refused, and history is taken."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crm.models import Import, ImportRejection, Order
from crm.services import importing
from tests import build, build_crm

pytestmark = pytest.mark.django_db
HEAD = "order_id,customer,date,amount\n"
PAST = "1,a,1999-12-31 10:00:00,10.00\n"
FUTURE = "2,b,2099-01-01 10:00:00,20.00\n"


def loaded(folder: Path, text: str, kind: str = "orders", zone: str = "UTC") -> Import:
    scope = build.scope(build.workspace(timezone=zone))
    return build_crm.loaded(scope, build_crm.text_file(folder, HEAD + text), kind=kind)


def refused(found: Import) -> list[tuple[Any, ...]]:
    rows = ImportRejection.objects.within(found.workspace_id).filter(of_import=found)
    return list(rows.order_by("line").values_list("line", "column", "code", "value"))


@pytest.mark.parametrize("zone", ["UTC", "Europe/Moscow"])
@pytest.mark.parametrize("kind", ["orders", "lines"])
def test_a_row_of_the_future_is_refused_by_line_column_and_code(
    tmp_path: Path, kind: str, zone: str
) -> None:
    found = loaded(tmp_path, PAST + FUTURE, kind, zone)

    assert refused(found) == [(3, "date", "date_in_future", "2099-01-01 10:00:00")]
    assert (found.created, found.rejected) == (1, 1)
    assert [one.external_id for one in Order.objects.within(found.workspace_id)] == ["1"]


@pytest.mark.parametrize(
    ("date", "created"),
    [
        ("2024-03-02 12:00:00", 1),
        ("2024-03-02 12:00:01", 0),
        ("2024-03-02T14:59:00+03:00", 1),
        ("2024-03-02T15:01:00+03:00", 0),
    ],
)
def test_the_future_begins_a_day_from_now(tmp_path: Path, date: str, created: int) -> None:
    found = loaded(tmp_path, f"1,a,{date},10.00\n")

    assert found.created == created


def test_a_load_that_goes_on_keeps_to_the_day_it_began_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.services.importing.purchases.BATCH", 1)
    scope = build.scope()
    text = HEAD + "0,x,2024-03-02 16:00:00,5.00\n" + PAST + "3,c,2000-01-01 10:00:00,30.00\n"
    file = build_crm.text_file(tmp_path, text)
    found = importing.register_file(scope=scope, file=file, kind="orders", copy=False)
    with pytest.raises(RuntimeError):
        importing.load(of_import=found, at=build.NOON, progress=die_at_the_second)

    later = build.NOON + timedelta(days=1)
    resumed = importing.load(of_import=Import.objects.within(scope).get(pk=found.pk), at=later)

    assert (resumed.created, resumed.rejected) == (2, 1)
    sold = Order.objects.within(scope).order_by("external_id")
    assert [one.external_id for one in sold] == ["1", "3"]


def die_at_the_second(done: int, _total: int | None = None, phase: str | None = None) -> None:
    if phase == "write" and done:
        raise RuntimeError("killed")
