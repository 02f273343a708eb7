"""A workbook is read as a file of text is: the same rows, whole numbers and days included."""

from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crm.errors import FileTooBig, ImportRefused
from crm.models import ImportRejection, Order, OrderLine
from crm.services.importing.readers import extent, open_sheet
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


def test_titles_above_the_heading_are_passed_over_and_lines_keep_their_numbers(
    tmp_path: Path,
) -> None:
    scope = build.scope()
    titles: list[list[workbooks.Cell]] = [["Sales"], [None], ["Period", "December"]]
    rows: list[list[workbooks.Cell]] = [
        [1, 17850, moment(1), "85123A", "HOLDER", 6, 2.55],
        [2, 17850, "soon", "85123A", "HOLDER", 6, 2.55],
    ]

    found = build_crm.checked(
        scope, workbooks.write(tmp_path / "report.xlsx", [*titles, HEADER, *rows])
    )

    refused = ImportRejection.objects.within(scope).filter(of_import=found)
    assert (found.rows, found.created, found.rejected) == (2, 1, 1)
    assert list(refused.values_list("line", "column")) == [(6, "date")]


def corners(folder: Path, last: str) -> Path:
    """A kilobyte of a file whose last cell is far from the first."""
    path = workbooks.write(folder / "corners.xlsx", [HEADER, [1, 2, moment(1), "A", "B", 1, 2.5]])
    far = f'<row><c r="{last}"><v>1</v></c></row></sheetData>'
    return workbooks.changed(path, lambda sheet: sheet.replace("</sheetData>", far))


@pytest.mark.parametrize(
    "last", ["XFD1048576", "ALL1048576", "xfd1048576", "A4294967295", "ZZZZZZ2", "Z1048576"]
)
def test_cells_in_opposite_corners_are_refused_before_they_are_laid_out(
    tmp_path: Path, last: str
) -> None:
    path = corners(tmp_path, last)

    with pytest.raises(FileTooBig):
        open_sheet(path, {})
    assert path.stat().st_size < 4_096


@pytest.mark.parametrize("last", ["G900000", "ZZ9000"])
def test_a_sheet_with_gaps_is_read(tmp_path: Path, last: str) -> None:
    assert open_sheet(corners(tmp_path, last), {}).rows


@pytest.mark.parametrize(("rows", "is_refused"), [(8, False), (11, True)])
def test_more_cells_than_memory_has_room_for_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, *, is_refused: bool
) -> None:
    monkeypatch.setattr(extent, "MOST_CELLS", 10_000)
    path = workbooks.write(tmp_path / "full.xlsx", [HEADER])
    # Cells that do not say where they are follow one another.
    full = f"<row>{'<c><v>1</v></c>' * 1_000}</row>" * rows + "</sheetData>"
    path = workbooks.changed(path, lambda sheet: sheet.replace("</sheetData>", full))

    with pytest.raises(FileTooBig) if is_refused else nullcontext():
        open_sheet(path, {})


def test_a_damaged_archive_is_no_error_of_ours(tmp_path: Path) -> None:
    path = workbooks.write(tmp_path / "orders.xlsx", [HEADER] * 500)
    octets = bytearray(path.read_bytes())
    middle = len(octets) // 2
    octets[middle : middle + 200] = bytes(200)
    path.write_bytes(octets)

    with pytest.raises(ImportRefused):
        open_sheet(path, {})
