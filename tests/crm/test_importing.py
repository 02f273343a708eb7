"""Importing: the same file changes nothing, a killed load goes on, edits are noticed."""

import gzip
import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from core.models import Event
from crm.errors import FileChanged, FileTooBig, ImportIsOver, WrongFileType
from crm.models import Import, Order, OrderLine, Product, Refund
from crm.services import importing
from crm.services.importing import purchases
from tests import build, build_crm

LINES = """order_id,customer,date,product,description,quantity,price
536365,17850,2010-12-01 08:26:00,85123A,HOLDER,6,2.55
536365,17850,2010-12-01 08:26:00,85123A,HOLDER,6,2.55
536365,17850,2010-12-01 08:26:00,POST,POSTAGE,1,18.00
536366,17850,2010-12-01 23:50:00,22633,WARMER,6,0
536367,,2010-12-02 08:00:00,22633,WARMER,1,1.85
536368,13047,2010-12-02 08:00:00,22633,WARMER,10,1.85
C536369,13047,2010-12-03 08:00:00,22633,WARMER,-4,1.85
C536370,13047,2010-12-03 09:00:00,22633,WARMER,-9,1.85
"""


def state(within: Any) -> list[Any]:
    """What the base holds, without ids."""
    orders = Order.objects.within(within).order_by("external_id")
    refunds = Refund.objects.within(within).order_by("external_id", "total")
    lines = OrderLine.objects.within(within).order_by("order__external_id", "position")
    return [
        list(orders.values_list("external_id", "total", "refunded", "is_purchase", "placed_on")),
        list(refunds.values_list("external_id", "order__external_id", "total")),
        list(lines.values_list("order__external_id", "sku", "kind", "amount", "is_sale")),
    ]


@pytest.mark.django_db
def test_lines_become_orders_charges_and_refunds(tmp_path: Path) -> None:
    scope = build.scope()

    found = build_crm.loaded(scope, build_crm.text_file(tmp_path, LINES))

    orders, refunds, lines = state(scope)
    day, next_day = date(2010, 12, 1), date(2010, 12, 2)
    assert orders == [
        ("536365", 1530 + 1530 + 1800, 0, True, day),
        ("536366", 0, 0, False, day),
        ("536367", 185, 0, True, next_day),
        ("536368", 1850, 1850, True, next_day),
    ]
    assert refunds == [
        ("C536369", "536368", 740),
        ("C536370", None, 555),
        ("C536370", "536368", 1110),
    ]
    assert ("536365", "POST", "charge", 1800, True) in lines
    assert ("536366", "22633", "product", 0, False) in lines
    assert (found.rows, found.created, found.rejected) == (8, 8, 0)
    assert not Product.objects.within(scope).filter(sku="POST").exists()


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    scope = build.scope()
    path = build_crm.text_file(tmp_path, LINES)
    build_crm.loaded(scope, path)
    before = state(scope)

    again = build_crm.loaded(scope, path)

    assert (again.created, again.updated, again.unchanged, again.rejected) == (0, 0, 8, 0)
    assert state(scope) == before


@pytest.mark.django_db
def test_a_check_counts_what_a_load_will_do_and_writes_nothing(tmp_path: Path) -> None:
    scope = build.scope()
    path = build_crm.text_file(tmp_path, LINES)

    found = build_crm.checked(scope, path)

    assert (found.state, found.created, found.rows) == ("checked", 8, 8)
    assert state(scope) == [[], [], []]


@pytest.mark.django_db
def test_a_changed_order_is_updated_with_its_lines(tmp_path: Path) -> None:
    scope = build.scope()
    build_crm.loaded(scope, build_crm.text_file(tmp_path, LINES))
    edited = LINES.replace(
        "536367,,2010-12-02 08:00:00,22633,WARMER,1", "536367,,2010-12-02 08:00:00,22633,WARMER,3"
    )

    found = build_crm.loaded(scope, build_crm.text_file(tmp_path, edited, name="b.csv"))

    assert (found.created, found.updated, found.unchanged) == (0, 1, 7)
    assert Order.objects.within(scope).get(external_id="536367").total == 555


@pytest.mark.django_db
def test_a_changed_refund_is_refused_by_line(tmp_path: Path) -> None:
    scope = build.scope()
    build_crm.loaded(scope, build_crm.text_file(tmp_path, LINES))
    edited = LINES.replace("WARMER,-4,", "WARMER,-5,")

    found = build_crm.loaded(scope, build_crm.text_file(tmp_path, edited, name="b.csv"))

    rejected = found.rejections.values_list("line", "code")
    assert (found.unchanged, list(rejected)) == (7, [(8, "refund_changed")])


@pytest.mark.django_db
def test_a_file_edited_after_the_check_is_not_loaded(tmp_path: Path) -> None:
    scope = build.scope()
    path = build_crm.text_file(tmp_path, LINES)
    found = build_crm.checked(scope, path)
    path.write_text(LINES + "1,1,2010-12-01,A,B,1,1\n")

    with pytest.raises(FileChanged):
        importing.load(of_import=found, at=build.NOON)

    found.refresh_from_db()
    assert (found.state, found.error_code) == ("failed", "changed")
    assert state(scope) == [[], [], []]
    with pytest.raises(ImportIsOver):
        importing.load(of_import=found, at=build.NOON)


class Killed(Exception):
    """The worker dies here."""


@pytest.mark.django_db
def test_a_killed_load_goes_on_and_ends_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purchases, "BATCH", 1)
    scope, other = build.scope(), build.scope()
    path = build_crm.text_file(tmp_path, LINES)
    build_crm.loaded(other, path)
    found = importing.register_file(scope=scope, file=path, copy=False)

    def die_at_the_third(done: int, _total: int | None = None, phase: str | None = None) -> None:
        if phase == "write" and done == 2:
            raise Killed

    with pytest.raises(Killed):
        importing.load(of_import=found, at=build.NOON, progress=die_at_the_third)
    half_way = Order.objects.within(scope).count()

    resumed = importing.load(of_import=Import.objects.within(scope).get(pk=found.pk), at=build.NOON)

    assert half_way == 2
    assert state(scope) == state(other)
    assert (resumed.rows, resumed.created, resumed.unchanged) == (8, 8, 0)


@pytest.mark.django_db
def test_a_load_records_one_fact_and_stamps_what_it_wrote(tmp_path: Path) -> None:
    scope = build.scope()

    found = build_crm.loaded(scope, build_crm.text_file(tmp_path, LINES))

    facts = Event.objects.within(scope).values_list("name", "payload")
    assert list(facts) == [("crm.orders_imported", {"import_id": found.pk})]
    assert Order.objects.within(scope).filter(last_import=found).count() == 4
    assert Refund.objects.within(scope).filter(last_import=found).count() == 3


@pytest.mark.django_db
def test_times_are_the_shops_own_and_days_are_local(tmp_path: Path) -> None:
    scope = build.scope(build.workspace(timezone="Asia/Vladivostok"))

    build_crm.loaded(scope, build_crm.text_file(tmp_path, LINES))

    order = Order.objects.within(scope).get(external_id="536366")
    assert order.placed_at == datetime(2010, 12, 1, 13, 50, tzinfo=UTC)
    assert order.placed_on == date(2010, 12, 1)


@pytest.mark.django_db
def test_orders_numbered_by_customer_are_told_apart(tmp_path: Path) -> None:
    scope = build.scope()
    rows = [f"c{who},{number},2024-01-0{number},10" for who in range(3) for number in (1, 2)]
    text = "client_id,receipt_no,datetime,purchase_sum\n" + "\n".join(rows)

    found = build_crm.loaded(scope, build_crm.text_file(tmp_path, text))

    assert (found.created, found.rejected) == (6, 0)


@pytest.mark.django_db
def test_gzip_and_workbooks_are_read_as_they_are(tmp_path: Path) -> None:
    scope = build.scope()
    packed = tmp_path / "orders.csv.gz"
    packed.write_bytes(gzip.compress(LINES.encode()))

    found = build_crm.loaded(scope, packed)

    assert found.created == 8


@pytest.mark.django_db
def test_a_bomb_stops_at_the_cap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.services.importing.readers.text.MAX_UNPACKED", 1_000_000)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"customer,date,amount\n" + b"1,2024-01-01,1\n" * 1_000_000))

    with pytest.raises(FileTooBig):
        build_crm.loaded(build.scope(), path)


@pytest.mark.django_db
def test_an_archive_that_unpacks_to_gigabytes_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.services.importing.readers.workbook.MAX_SHEET", 10_000)
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", "0" * 100_000)

    with pytest.raises(FileTooBig):
        build_crm.loaded(build.scope(), path)


@pytest.mark.django_db
def test_a_cell_of_fifty_megabytes_costs_its_row_only(tmp_path: Path) -> None:
    scope = build.scope()
    text = (
        "customer,date,amount\n1,2024-01-01,1\n"
        + "x" * 50_000_000
        + ",2024-01-01,1\n2,2024-01-02,2\n"
    )

    found = build_crm.loaded(scope, build_crm.text_file(tmp_path, text))

    assert (found.rows, found.created) == (3, 2)
    assert list(found.rejections.values_list("line", "code")) == [(3, "quotes")]


@pytest.mark.django_db
def test_a_quote_that_swallows_megabytes_is_bounded(tmp_path: Path) -> None:
    scope = build.scope()
    body = "".join(f"{n},2024-01-01,1\n" for n in range(100_000))

    found = build_crm.loaded(
        scope, build_crm.text_file(tmp_path, f'customer,date,amount\n"bad,2024-01-01,1\n{body}')
    )

    assert (found.rows, found.created, found.rejected) == (100_001, 100_000, 1)


@pytest.mark.django_db
def test_an_upload_above_the_limit_is_refused_and_not_kept(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.MEDIA_ROOT, settings.MAX_IMPORT_BYTES = tmp_path, 10

    with pytest.raises(FileTooBig):
        importing.register_file(scope=build.scope(), file=io.BytesIO(b"x" * 11), name="a.csv")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_the_name_of_a_file_is_shown_and_never_a_path(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.MEDIA_ROOT = tmp_path
    name = "../../etc/\u202epasswd\0.csv" + "x" * 300

    found = importing.register_file(scope=build.scope(), file=io.BytesIO(LINES.encode()), name=name)

    assert Path(found.path).is_relative_to(tmp_path)
    assert "/" not in found.file_name
    assert "\u202e" not in found.file_name
    assert len(found.file_name) <= 120


@pytest.mark.django_db
def test_an_empty_workbook_is_no_file_type(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04")

    with pytest.raises(WrongFileType):
        build_crm.loaded(build.scope(), path)
