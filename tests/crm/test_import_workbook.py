"""A workbook is read as a file of text is: the same rows, whole numbers and days included."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crm.models import ImportRejection, Order, OrderLine
from tests import build, build_crm
from tests.crm import workbooks

pytestmark = pytest.mark.django_db
HEADER = ["order_id", "customer", "date", "product", "description", "quantity", "price"]


def moment(day: int, hour: int = 8) -> datetime:
    return datetime(2010, 12, day, hour, 26)  # noqa: DTZ001 - the shop's wall clock


def test_texts_numbers_and_days_become_orders_and_lines(tmp_path: Path) -> None:
    scope = build.scope()
    path = workbooks.write(
        tmp_path / "orders.xlsx",
        [
            HEADER,
            [536365, 17850, moment(1), "85123A", "HOLDER & Co", 6, 2.55],
            [536365, 17850, moment(1), "POST", "POSTAGE", 1, 18],
            ["536366", None, moment(2, 23), 22633, "WARMER", 10, 1.85],
        ],
    )

    found = build_crm.loaded(scope, path)

    zone = ZoneInfo(scope.workspace.timezone)
    orders = Order.objects.within(scope).order_by("external_id")
    lines = OrderLine.objects.within(scope).order_by("order__external_id", "position")
    assert (found.rows, found.created, found.rejected) == (3, 3, 0)
    assert list(orders.values_list("external_id", "total", "placed_at")) == [
        ("536365", 1530 + 1800, moment(1).replace(tzinfo=zone)),
        ("536366", 1850, moment(2, 23).replace(tzinfo=zone)),
    ]
    assert list(lines.values_list("sku", "amount")) == [
        ("85123A", 1530), ("POST", 1800), ("22633", 1850),
    ]  # fmt: skip


def test_the_same_rows_as_text_change_nothing(tmp_path: Path) -> None:
    scope = build.scope()
    row: list[workbooks.Cell] = [536365, 17850, moment(1), "85123A", "HOLDER", 6, 2.55]
    build_crm.loaded(scope, workbooks.write(tmp_path / "a.xlsx", [HEADER, row]))
    text = f"{','.join(HEADER)}\n536365,17850,2010-12-01 08:26:00,85123A,HOLDER,6,2.55\n"

    again = build_crm.loaded(scope, build_crm.text_file(tmp_path, text))

    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)


def test_a_bad_cell_is_named_by_its_line_and_an_empty_row_too(tmp_path: Path) -> None:
    path = workbooks.write(
        tmp_path / "orders.xlsx",
        [
            HEADER,
            [1, 17850, moment(1), "85123A", "HOLDER", 6, 2.55],
            [2, 17850, "soon", "85123A", "HOLDER", 6, 2.55],
            [None] * 7,
            [4, 17850, moment(3), "85123A", "HOLDER", 6, 2.55],
        ],
    )

    scope = build.scope()

    found = build_crm.checked(scope, path)

    refused = ImportRejection.objects.within(scope).filter(of_import=found).order_by("line")
    assert (found.created, found.rejected) == (2, 2)
    assert list(refused.values_list("line", "column", "code")) == [
        (3, "date", "date"),
        (4, "", "empty_row"),
    ]
