"""`manage.py analyse`: any shop's file in, one document out, nothing left behind."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from analytics.models import Snapshot
from analytics.rules.quantiles import Method
from core.models import Event, Job, Workspace
from crm.models import Customer, Import, Order
from tests.analytics.conftest import Computed
from tests.build_analytics import ONLINE_RETAIL

pytestmark = pytest.mark.django_db

ORDERS = """customer_id,order_id,order_date,amount
7,a1,2024-01-05,10.00
7,a2,2024-01-15,20.50
8,b1,2024-01-06,0
8,b2,2024-02-20,5.25
9,c1,2024-02-01,100
9,c1r,2024-02-03,-100
"""
LINES = """Invoice No;Stock Code;Quantity;Invoice Date;Unit Price;Customer ID
1001;A;2;05.01.2024;1,50;7
1001;A;2;05.01.2024;1,50;7
1002;B;1;15.01.2024;0;7
1003;C;1;16.01.2024;10,00;8
1004;D;3;17.01.2024;2,00;
"""
RUSSIAN = """Номер заказа;Клиент;Дата заказа;Сумма
1;Анна;05.01.2024;1 000,50
2;Анна;25.01.2024;500
3;Борис;07.01.2024;300
"""
Analyse = Callable[..., dict[str, Any]]


@pytest.fixture
def analyse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Analyse:
    """Write a file, analyse it, and read the document."""

    def run(content: str | bytes, *wishes: str, name: str = "orders.csv") -> dict[str, Any]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        call_command("analyse", str(path), "--json", *wishes)
        document: dict[str, Any] = json.loads(capsys.readouterr().out)
        return document

    return run


def test_a_file_of_orders_counts_zero_as_a_purchase_and_less_as_a_refund(
    analyse: Analyse,
) -> None:
    found = analyse(ORDERS)

    assert (found["customers"], found["orders"], found["revenue"]) == (3, 5, 135.75)
    assert found["as_of"] == "2024-02-20"
    assert found["gaps"] == {"median": 27.5, "p75": 36.25, "p90": 41.5}
    assert found["lifecycle"]["threshold_days"] == 27.5


def test_every_key_of_the_document_is_there(analyse: Analyse) -> None:
    found = analyse(ORDERS)

    assert list(found) == [
        "as_of", "customers", "orders", "revenue", "gaps", "rfm", "lifecycle", "cohorts",
    ]  # fmt: skip
    assert found["lifecycle"]["months"][1] == {
        "month": "2024-02", "base": 3, "new": 1, "active": 1, "reactivated": 1, "sleeping": 1,
        "flows": {"first_purchases": 1, "new_to_active": 0, "new_to_sleeping": 1,
                  "active_to_sleeping": 1, "sleeping_to_active": 1},
        "kpis": {"new_to_active": 0.0, "orders_per_active": 0.0, "orders_from_woken": 1,
                 "churn_of_active": 1.0},
    }  # fmt: skip
    assert found["cohorts"] == [
        {"month": "2024-01", "customers": 2, "retention": [2, 1]},
        {"month": "2024-02", "customers": 1, "retention": [1]},
    ]
    assert sum(cell["customers"] for cell in found["rfm"]["cells"]) == 3
    assert sum(found["rfm"]["segments"].values()) == 3


def test_a_file_of_lines_knows_sales_by_their_price(analyse: Analyse) -> None:
    found = analyse(LINES)

    assert (found["customers"], found["orders"], found["revenue"]) == (2, 2, 16.0)
    assert found["as_of"] == "2024-01-16"


def test_russian_headers_spaces_and_commas_are_read(analyse: Analyse) -> None:
    found = analyse(RUSSIAN)

    assert (found["customers"], found["orders"], found["revenue"]) == (2, 3, 1800.5)
    assert found["gaps"]["median"] == 20


def test_gzip_is_read_as_it_is(analyse: Analyse) -> None:
    assert analyse(gzip.compress(ORDERS.encode()), name="orders.csv.gz") == analyse(ORDERS)


def test_parquet_with_times_of_a_zone_keeps_their_instants(
    analyse: Analyse, tmp_path: Path
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    times = [datetime(2024, 1, 5, 23, 30, tzinfo=UTC), datetime(2024, 1, 20, 1, tzinfo=UTC)]
    table = pa.table({"client": [1, 1], "datetime": times, "total": [10.0, 20.0]})
    pq.write_table(table, tmp_path / "raw.parquet")
    content = (tmp_path / "raw.parquet").read_bytes()

    in_utc = analyse(content, name="o.parquet")
    in_tokyo = analyse(content, "--timezone", "Asia/Tokyo", name="o.parquet")

    assert in_utc["gaps"]["median"] == 15
    assert in_tokyo["gaps"]["median"] == 14


def test_columns_with_names_of_their_own_are_mapped(analyse: Analyse) -> None:
    odd = "who,what_day,how_much\n1,2024-01-05,10\n1,2024-01-09,12\n2,2024-01-07,3\n"

    found = analyse(odd, "--map", "customer=who", "date=what_day", "amount=how_much")

    assert (found["customers"], found["orders"], found["revenue"]) == (2, 3, 25.0)


def test_what_is_not_mapped_is_recognised_still(analyse: Analyse) -> None:
    odd = "client_id,what_day,amount\n1,2024-01-05,10\n1,2024-01-09,12\n2,2024-01-07,3\n"

    found = analyse(odd, "--map", "date=what_day")

    assert (found["customers"], found["orders"], found["revenue"]) == (2, 3, 25.0)


def test_a_file_of_days_to_come_is_computed_like_any_other(analyse: Analyse) -> None:
    document = analyse("customer,date,amount\nA,2190-01-05,10\nA,2190-02-04,20\n")

    assert (document["as_of"], document["orders"], document["gaps"]["median"]) == (
        "2190-02-04", 2, 30,
    )  # fmt: skip


def test_what_comes_after_the_day_is_not_counted(analyse: Analyse) -> None:
    found = analyse(ORDERS, "--as-of", "2024-01-31")

    assert (found["as_of"], found["customers"], found["orders"]) == ("2024-01-31", 2, 3)
    assert [month["month"] for month in found["lifecycle"]["months"]] == ["2024-01"]


@pytest.mark.parametrize(("words", "days"), [("p75", 36.25), ("p90", 41.5), ("10", 10)])
def test_the_threshold_is_chosen(analyse: Analyse, words: str, days: float) -> None:
    found = analyse(ORDERS, "--threshold", words)

    assert found["lifecycle"]["threshold_days"] == days


def test_ties_of_rank_are_parted_by_the_number_of_the_customer(analyse: Analyse) -> None:
    # Numbers, not texts: 9 comes before 10. All bought once, on one day, for one sum.
    shuffled = [10, 9, 2, 1, 30]
    rows = "".join(f"{n},2024-01-05,10\n" for n in shuffled)
    rows += "1,2024-01-06,90\n9,2024-01-06,50\n"

    found = analyse("customer,date,amount\n" + rows, "--quantiles", "rank")

    assert found["rfm"]["cells"] == [
        {"r": 1, "f": 3, "m": 3, "customers": 1},
        {"r": 2, "f": 2, "m": 2, "customers": 1},
        {"r": 3, "f": 1, "m": 1, "customers": 1},
        {"r": 4, "f": 5, "m": 4, "customers": 1},
        {"r": 5, "f": 4, "m": 5, "customers": 1},
    ]


def test_nothing_is_left_behind(analyse: Analyse) -> None:
    before = [_count(model) for model in (Workspace, Customer, Order, Import, Event, Job, Snapshot)]

    analyse(ORDERS)

    after = [_count(model) for model in (Workspace, Customer, Order, Import, Event, Job, Snapshot)]
    assert after == before


def _count(model: Any) -> int:
    return int(getattr(model, "unscoped", model.objects).count())


UNREADABLE = {
    "empty": b"",
    "only a header": b"customer_id,order_date,amount\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "a page": b"<html><body>not found</body></html>",
    "columns of something else": b"colour,size\nred,4\nblue,5\n",
    "every line refused": b"customer_id,order_date,amount\n1,yesterday,x\n2,never,y\n",
    "only guests": b"customer_id,order_id,order_date,amount\n,1,2024-01-05,10\n",
    "a broken archive": b"\x1f\x8b\x08\x00" + bytes(20),
    "a broken table": b"PAR1" + bytes(40),
    "bytes": bytes(range(256)) * 4,
}


@pytest.mark.parametrize("kind", list(UNREADABLE))
def test_a_file_that_is_no_table_of_orders_gets_one_line_and_code_2(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(UNREADABLE[kind])

    code, out, err = _refused(capsys, str(path))

    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert "file.csv" in err


def test_a_missing_file_and_a_folder_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = _refused(capsys, str(tmp_path / "no.csv"))
    folder = _refused(capsys, str(tmp_path))

    assert (missing[0], folder[0]) == (2, 2)
    assert "no.csv" in missing[2]
    assert "not a file" in folder[2]


def test_what_the_system_says_of_a_path_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = _refused(capsys, "x" * 300)

    assert (code, out) == (2, "")
    assert err.endswith(": File name too long.\n")


@pytest.mark.parametrize(
    "wish", [["--as-of", "31.12.2024"], ["--threshold", "p50"], ["--map", "who"],
             ["--timezone", "Mars/Olympus"]],
)  # fmt: skip
def test_a_wish_that_makes_no_sense_is_refused(tmp_path: Path, wish: list[str]) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS)

    with pytest.raises(CommandError):
        call_command("analyse", str(path), *wish)


def test_a_mapped_column_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS)

    code, _out, err = _refused(capsys, str(path), "--map", "customer=nobody")

    assert code == 2
    assert "nobody" in err


def _refused(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        call_command("analyse", *words, "--json")
    said = capsys.readouterr()
    return int(str(left.value.code)), said.out, said.err


def test_online_retail_through_the_import_gives_the_reference_document(
    online_retail: dict[Method, Computed], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("analyse", str(ONLINE_RETAIL), "--json", "--as-of", str(date(2011, 12, 9)))

    assert json.loads(capsys.readouterr().out) == online_retail["rank"].document
