"""Parquet files of other programs: what cannot be read costs its row, or the file in one line."""

import gzip
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crm.errors import FileTooBig, WrongFileType
from crm.models import Customer, Identity, Import, ImportRejection, Order
from crm.services import importing
from crm.services.importing.readers import parquet
from crm.services.importing.readers.shape import unique_names
from tests import build, build_crm

pytestmark = pytest.mark.django_db

DAYS = [date(2024, 1, 5), date(2024, 1, 20)]
FAR = 300_000_000_000  # seconds: beyond the year 9999


def written(folder: Path, columns: list[tuple[str, Any]]) -> Path:
    path = folder / "orders.parquet"
    names, values = zip(*columns, strict=True)
    pq.write_table(pa.Table.from_arrays([pa.array(one) for one in values], names=names), path)
    return path


def orders(**more: Any) -> list[tuple[str, Any]]:
    plain = {"customer": ["a", "b"], "date": DAYS, "amount": [10.0, 20.0]}
    return list({**plain, **more}.items())


def taken(path: Path, **given: Any) -> tuple[Import, list[tuple[int, str, str]]]:
    found = build_crm.loaded(build.scope(), path, **given)
    refused = ImportRejection.objects.within(found.workspace_id).order_by("line")
    return found, list(refused.values_list("line", "column", "code"))


def days(found: Import) -> list[date]:
    rows = Order.objects.within(found.workspace_id).order_by("placed_at")
    return list(rows.values_list("placed_on", flat=True))


def customers(found: Import) -> list[str]:
    rows = Identity.objects.within(found.workspace_id).order_by("value")
    return list(rows.values_list("value", flat=True))


def test_a_column_name_that_stands_twice_is_told_apart(tmp_path: Path) -> None:
    path = written(tmp_path, [*orders(), ("note", ["x", "y"]), ("note", ["z", "z"])])

    found, refused = taken(path)

    assert [column["name"] for column in found.columns][3:] == ["note", "note (2)"]
    assert (found.created, refused) == (2, [])


def test_bytes_that_hold_texts_are_read_as_texts(tmp_path: Path) -> None:
    written_plainly = {
        "customer": [b"a", b"b"], "date": [b"2024-01-05", b"2024-01-20"], "amount": [b"10.00", b"20"],
    }  # fmt: skip

    found, refused = taken(written(tmp_path, orders(**written_plainly)))

    assert (days(found), refused) == (DAYS, [])
    assert customers(found) == ["a", "b"]


@pytest.mark.parametrize(
    ("ids", "names"),
    [
        (pa.array([b"\x00\xff", b"\x01\xfe"]), ["00ff", "01fe"]),
        (pa.array([b"ab", b"cd"], pa.binary(2)), ["6162", "6364"]),
        (pa.array([Decimal("7.00"), Decimal("10.00")]), ["10", "7"]),
    ],
)
def test_digests_and_whole_decimals_are_customers(
    ids: pa.Array, names: list[str], tmp_path: Path
) -> None:
    found, _ = taken(written(tmp_path, orders(customer=ids)))

    assert customers(found) == names


def test_parquet_inside_gzip_is_read_as_it_is(tmp_path: Path) -> None:
    packed = tmp_path / "orders.parquet.gz"
    packed.write_bytes(gzip.compress(written(tmp_path, orders()).read_bytes()))

    found, refused = taken(packed)

    assert (days(found), refused) == (DAYS, [])


def test_parquet_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "MAX_PACKED", 100)
    packed = tmp_path / "orders.parquet.gz"
    packed.write_bytes(gzip.compress(written(tmp_path, orders()).read_bytes()))

    with pytest.raises(FileTooBig):
        taken(packed)


def test_the_second_of_two_columns_of_one_name_can_be_meant(tmp_path: Path) -> None:
    path = written(tmp_path, [*orders(), ("amount", [1.0, 2.0])])
    mapping = {"customer": "customer", "date": "date", "amount (2)": "amount"}

    found, _ = taken(path, kind="orders", mapping=mapping)

    totals = Order.objects.within(found.workspace_id).order_by("total")
    assert list(totals.values_list("total", flat=True)) == [100, 200]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([FAR, 0], pa.timestamp("s")),
        pa.array([FAR, None], pa.timestamp("ms", "UTC")),
        pa.array([2**30, 1], pa.date32()),
        pa.array([1, 2], pa.duration("ns")),
        pa.array([b"\xff", b"x"]).view(pa.string()),
        pa.array([["x"], None]),
    ],
    ids=str,
)
def test_a_column_nobody_asked_for_may_hold_anything(tmp_path: Path, column: Any) -> None:
    found, refused = taken(written(tmp_path, orders(spare=column)))

    assert (found.created, refused) == (2, [])


@pytest.mark.parametrize(
    "column",
    [
        pa.array([2**30, 19_000], pa.date32()),
        pa.array([FAR, 1_700_000_000], pa.timestamp("s")),
        pa.array([-(10**12), 1_700_000_000], pa.timestamp("s", "Europe/Moscow")),
    ],
    ids=str,
)
def test_a_day_no_calendar_has_costs_its_row(tmp_path: Path, column: Any) -> None:
    found, refused = taken(written(tmp_path, orders(date=column)))

    assert (found.created, refused) == (1, [(1, "date", "date")])


def test_instants_of_a_zone_nobody_knows_are_instants_still(tmp_path: Path) -> None:
    column = pa.array([1_704_412_800, 1_705_708_800], pa.timestamp("s", "Nowhere/Zone"))

    found, refused = taken(written(tmp_path, orders(date=column)))

    assert (days(found), refused) == (DAYS, [])


def test_a_nul_costs_its_row_and_is_not_shown(tmp_path: Path) -> None:
    found, refused = taken(written(tmp_path, orders(customer=["a\0b", "c"])))

    assert (found.created, refused) == (1, [(1, "customer", "nul")])
    assert found.columns[0]["examples"] == ["ab", "c"]


def test_bytes_that_are_no_text_cost_their_row(tmp_path: Path) -> None:
    column = pa.array([b"a\xff", b"c"]).view(pa.string())

    found, refused = taken(written(tmp_path, orders(customer=column)))

    assert (found.created, refused) == (1, [(1, "customer", "encoding")])


def test_damaged_pages_are_a_refusal_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, orders())
    content = bytearray(path.read_bytes())
    content[4:60] = b"\xff" * 56
    path.write_bytes(content)

    with pytest.raises(WrongFileType):
        importing.register_file(scope=build.scope(), file=path, copy=False)

    assert Import.unscoped.get().error_code == "type"


def test_names_are_told_apart_even_from_numbered_ones() -> None:
    assert unique_names(["a (2)", "a", "a", "a"]) == ["a (2)", "a", "a (3)", "a (4)"]
    assert unique_names(["a\0", "", None]) == ["a", "column 2", "column 3"]


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (pa.array([20240105, 20240120], pa.int32()), "compact"),
        (pa.array([20240105.0, 20240120.0]), "compact"),
        (pa.array([1_704_412_800, 1_705_708_800]), "unix"),
        (pa.array(["20240105.0", "20240120.0"]), "compact"),
        (pa.array(["2024-01-05", "2024-01-20"]), "ymd"),
    ],
    ids=str,
)
def test_days_are_read_from_numbers_as_from_texts(tmp_path: Path, column: Any, order: str) -> None:
    found, refused = taken(written(tmp_path, orders(date=column)))

    assert (found.options["dates"], days(found), refused) == (order, DAYS, [])


def test_numbers_that_are_no_days_are_refused_still(tmp_path: Path) -> None:
    found, refused = taken(written(tmp_path, orders(date=[7, 20240120])))

    assert (days(found), refused) == (DAYS[1:], [(1, "date", "date")])


def test_a_birth_date_is_read_from_a_number(tmp_path: Path) -> None:
    people = [("customer_id", ["a", "b"]), ("birth_date", [19810305.0, None])]

    found, refused = taken(written(tmp_path, people), kind="customers")

    born = Customer.objects.within(found.workspace_id).order_by("birth_date")
    assert (born[0].birth_date, refused) == (date(1981, 3, 5), [])


def test_a_few_cells_that_would_fill_the_memory_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    table = pa.table({"customer": [1, 2], "date": DAYS, "amount": ["9" * 20_000_000] * 2})
    pq.write_table(table, path, compression="zstd")

    with pytest.raises(FileTooBig):
        parquet.open_parquet(path, {})
    assert path.stat().st_size < 10_000


def test_long_notes_are_no_such_cells(tmp_path: Path) -> None:
    path = written(tmp_path, orders(note=["x" * 200_000, "y"]))

    assert parquet.open_parquet(path, {}).rows == 2


def test_a_long_text_that_stands_in_every_row_is_had_once(tmp_path: Path) -> None:
    path, rows = tmp_path / "orders.parquet", 40_000
    places, once = pa.array([0] * rows, pa.int32()), pa.array(["9" * 60_000])
    table = pa.table({"amount": pa.DictionaryArray.from_arrays(places, once)})
    pq.write_table(table, path, store_schema=False)

    first, second = parquet.open_parquet(path, {}).chunks(["amount"])

    assert len({id(text) for text in (*first.columns[0], *second.columns[0])}) <= 2
    assert path.stat().st_size < 10_000


def test_texts_of_several_row_groups_and_none_stay_what_they_were(tmp_path: Path) -> None:
    texts = [None if place % 7 == 0 else f"note {place % 5_000}" for place in range(30_000)]
    path = tmp_path / "orders.parquet"
    pq.write_table(pa.table({"note": texts}), path, row_group_size=7_001)

    chunks = parquet.open_parquet(path, {}).chunks(["note"])

    assert [text for chunk in chunks for text in chunk.columns[0]] == texts
