"""`manage.py analyse` on files as other shops' programs write them: the figures, or what is said."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from django.core.management import call_command

pytestmark = pytest.mark.django_db

SHOPS = yaml.safe_load(Path("tests/corpus/analyse/shops.yaml").read_text(encoding="utf-8"))


def analysed(
    folder: Path, capsys: pytest.CaptureFixture[str], content: bytes, *wishes: str
) -> tuple[dict[str, Any], str]:
    path = folder / "file.csv"
    path.write_bytes(content)
    call_command("analyse", str(path), "--json", *wishes)
    out, err = capsys.readouterr()
    return json.loads(out), err


@pytest.mark.parametrize("shop", SHOPS, ids=[shop["name"] for shop in SHOPS])
def test_a_file_of_another_shop_gives_its_figures(
    shop: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = shop["text"].encode(shop.get("encoding", "utf-8"))

    found, err = analysed(tmp_path, capsys, content)

    figures = [found[name] for name in ("customers", "orders", "revenue", "as_of")]
    assert figures == shop["figures"]
    assert bool(err) == ("said" in shop)
    assert shop.get("said", "") in err


def test_letters_far_down_the_file_are_read_in_their_encoding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"{n % 90},2024-01-05,1,BOX\n" for n in range(20_000))
    text = "customer,date,amount,description\n" + rows + "7,2024-01-05,1,BOX £ 5\n"

    found, err = analysed(tmp_path, capsys, gzip.compress(text.encode("latin-1")))

    assert (found["orders"], err) == (20_001, "")


def test_how_dates_and_numbers_are_written_can_be_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = b"customer,date,amount\n1,03/04/2024,12.345\n"

    found, err = analysed(tmp_path, capsys, text, "--dates", "mdy", "--decimal", ".")

    assert (found["as_of"], found["revenue"]) == ("2024-03-04", 12.34)
    assert err.endswith("such as 12.345, are rounded one by one.\n")


def test_times_of_another_zone_in_parquet_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    times = pa.array([datetime(2024, 1, 6, 4, tzinfo=UTC)], pa.timestamp("us", "America/New_York"))
    table = pa.table({"customer": [1], "date": times, "amount": [10.0]})
    pq.write_table(table, tmp_path / "raw.parquet")

    found, err = analysed(tmp_path, capsys, (tmp_path / "raw.parquet").read_bytes())

    assert found["as_of"] == "2024-01-06"
    assert "as in 2024-01-05 23:00:00-05:00; their days are counted in the shop's" in err


REFUSED = {
    "columns by spaces": (
        b" 00001 19970101  1   11.77\n 00002 19970112  1   12.00\n",
        "No columns",
    ),
    "a list of JSON": (b'[{"customer": 1}]', "not a CSV, XLSX or Parquet file."),
    "a cut archive": (gzip.compress(b"customer,date,amount\n" * 9)[:30], "damaged or cut short."),
    "a workbook in an archive": (gzip.compress(b"PK\x03\x04"), "Unpack it first."),
    "no customer": (b"date,amount\n2024-01-05,1\n", "No columns for customer among: date, amount"),
    "days since the beginning": (b"customer,day,amount\n1,1,5\n1,711,5\n", "2 of them refused"),
    "a heading that moves the cursor": (b"\x1b[2Jdate,amount\n1,2\n", "among: [2Jdate, amount"),
    "months": (b"customer,date,amount\n1,2024-01,5\n", "most often for date in column date"),
}


@pytest.mark.parametrize("kind", list(REFUSED))
def test_what_is_no_file_of_orders_is_refused_in_one_true_line(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, said = REFUSED[kind]

    with pytest.raises(SystemExit) as left:
        analysed(tmp_path, capsys, content)

    out, err = capsys.readouterr()
    assert (left.value.code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1
