"""Files of plain rows take short ways; every short way must end where the long one does."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.models import Identity, Import, Order
from crm.rules.faults import Fault
from crm.services.importing import order_columns
from tests import build, build_crm

ROWS = """order_id,customer,date,amount,country,city
1,a,2024-01-01 10:00:00,10.00,RU,Kazan
2,b,2024-01-02 11:00:00,0.00,RU,Perm
3,,2024-01-03 12:00:00,5.25,,
R4,a,2024-01-04 13:00:00,-10.00,RU,Kazan
C5,b,2024-01-05 14:00:00,7,KZ,Almaty
"""
# A number that stands twice sends the whole file the long way.
AGAIN = ROWS + "3,,2024-01-03 12:00:00,5.25,,\n"
FIELDS = ("id", "content_hash", "total", "is_purchase", "refunded", "placed_at", "placed_on")


def loaded(folder: Path, text: str, name: str) -> Import:
    scope = build.scope()
    return build_crm.loaded(scope, build_crm.text_file(folder, text, name=name), kind="orders")


def orders(found: Import) -> list[tuple[Any, ...]]:
    rows = Order.objects.within(found.workspace_id).order_by("external_id")
    return list(rows.values_list("external_id", *FIELDS[1:]))


@pytest.mark.django_db
def test_rows_with_numbers_of_their_own_become_what_they_become_among_others(
    tmp_path: Path,
) -> None:
    short = loaded(tmp_path, ROWS, "short.csv")
    long = loaded(tmp_path, AGAIN, "long.csv")

    told = [found.report["habits"]["own_rows"] for found in (short, long)]
    assert told == [True, False]
    assert orders(short) == orders(long)
    assert (short.created, short.rejected) == (5, 0)
    assert (long.created, long.rejected) == (5, 1)


@pytest.mark.django_db
def test_the_report_of_plain_rows_counts_what_the_other_counts(tmp_path: Path) -> None:
    short = loaded(tmp_path, ROWS, "short.csv").report
    long = loaded(tmp_path, AGAIN, "long.csv").report

    assert short | {"habits": None} == long | {"habits": None}
    assert (short["orders_created"], short["refunds_created"], short["customers"]) == (4, 1, 2)
    assert (short["revenue"], short["first_day"]) == (2225, "2024-01-01")


@pytest.mark.django_db
def test_plain_rows_that_come_again_among_others_are_unchanged(tmp_path: Path) -> None:
    scope = build.scope()
    build_crm.loaded(scope, build_crm.text_file(tmp_path, ROWS), kind="orders")

    again = build_crm.loaded(scope, build_crm.text_file(tmp_path, AGAIN), kind="orders")

    assert (again.created, again.updated, again.unchanged, again.rejected) == (0, 0, 5, 1)


@pytest.mark.django_db
def test_people_of_plain_rows_keep_where_they_live(tmp_path: Path) -> None:
    found = loaded(tmp_path, ROWS, "short.csv")

    people = Identity.objects.within(found.workspace_id).order_by("value")
    assert list(people.values_list("value", "customer__country", "customer__city")) == [
        ("a", "RU", "Kazan"), ("b", "RU", "Perm"),
    ]  # fmt: skip


def group(field: str) -> Any:
    return next(one for one in order_columns.groups("orders", {}, "UTC") if field in one.fields)


def slowly(field: str, column: Sequence[object]) -> list[Any]:
    """What the parser of single cells says of a column."""
    one = group(field)
    one.whole = None
    return [str(v) if isinstance(v, Fault) else v for v in one.read({field: column}, len(column))]


def as_read(field: str, column: Sequence[object]) -> list[Any]:
    read = group(field).read({field: column}, len(column))
    return [str(value) if isinstance(value, Fault) else value for value in read]


CELLS = {
    "order_id": ["7", "A-7", "nan", "NULL", "", "7.0", " 7", "7\n8", "7\t", "ы7", "x" * 65, "7" * 64,
                 "C7", "#n/a", "n/a", "7\\", "a" * 64 + "1"],
    "date": ["2024-02-29 10:00:00", "2023-02-29 10:00:00", "1969-12-31 23:59:59", "2201-01-01 00:00:00",
             "2024-01-01", "2024-01-01T10:00:00", "2024-01-01 24:00:00", "2024-01-01 10:00:00.5",
             "2024-01-01 10:00:00+03", "01.02.2024", "", "2024-01-01 10:00:00\n2024-01-01 10:00:00"],
    "amount": ["12.34", "0.05", "12", "-1.00", "1234567890.00", "999999999.99", "1,5", "", "12.345",
               "1e2", "12.34\n1.00", "nan", "٣.٠٠"],
}  # fmt: skip


@pytest.mark.parametrize("field", CELLS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_column_read_whole_says_what_its_cells_say(field: str, data: st.DataObject) -> None:
    column = data.draw(st.lists(st.sampled_from(CELLS[field]), max_size=3))

    assert as_read(field, column) == slowly(field, column)


@pytest.mark.parametrize(
    ("field", "cell"),
    [("order_id", "A-7"), ("date", "2024-02-29 10:00:00"), ("amount", "12.34")],
)
def test_plain_columns_do_take_the_short_way(field: str, cell: str) -> None:
    whole = group(field).whole

    assert whole([cell, cell]) is not None
    assert whole([cell, 7]) is None
