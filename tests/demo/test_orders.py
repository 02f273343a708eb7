"""The demo's dates move by whole weeks, so that its last day is in the last week."""

from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo import orders


@given(st.dates(min_value=orders.LAST_DAY, max_value=date(2100, 1, 1)))
def test_the_last_day_lands_in_the_last_seven_days(today: date) -> None:
    last = orders.LAST_DAY + timedelta(weeks=orders.weeks_to_shift(today))

    assert 0 <= (today - last).days < 7
    assert last.weekday() == orders.LAST_DAY.weekday()


@pytest.fixture(scope="module")
def shifted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("demo") / "shifted.parquet"
    return orders.shifted_file(target=target, today=date(2026, 11, 21))


def test_only_the_dates_differ(shifted: Path) -> None:
    given, moved = pq.read_table(orders.SOURCE), pq.read_table(shifted)

    assert moved.num_rows == given.num_rows == 541_909
    assert moved.drop(["InvoiceDate"]).equals(given.drop(["InvoiceDate"]))


def test_the_hours_stay(shifted: Path) -> None:
    given = pq.read_table(orders.SOURCE, columns=["InvoiceDate"])["InvoiceDate"]
    moved = pq.read_table(shifted, columns=["InvoiceDate"])["InvoiceDate"]

    apart = moved[0].as_py() - given[0].as_py()
    assert apart == timedelta(weeks=orders.weeks_to_shift(date(2026, 11, 21)))
