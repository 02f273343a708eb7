"""Online Retail gives the reference lifecycle book, month by month."""

import csv
from typing import Any

import pytest

from analytics.rules.quantiles import Method
from analytics.selectors import lifecycle
from tests.analytics.conftest import Computed
from tests.build_analytics import REFERENCE

COUNTS = (
    "base", "new", "active", "reactivated", "sleeping", "first_purchases", "new_to_active",
    "new_to_sleeping", "active_to_sleeping", "sleeping_to_active", "orders_first", "orders_new",
    "orders_active", "orders_sleeping",
)  # fmt: skip

# The figures are computed in the test database, once a session.
pytestmark = pytest.mark.django_db


def _reference() -> list[dict[str, str]]:
    with (REFERENCE / "online_retail_lifecycle_book.csv").open() as file:
        return list(csv.DictReader(file))


def _as_reference(page: lifecycle.Page) -> dict[str, Any]:
    """A page in the words of the reference file."""
    kpis = page.kpis
    return {
        "month": page.label,
        **{name: getattr(page.month, name) for name in COUNTS},
        "kpi_new_to_active": kpis.new_to_active,
        "kpi_new_to_active_mature": kpis.is_mature,
        "kpi_orders_per_active": kpis.orders_per_active,
        "kpi_orders_from_woken": kpis.orders_from_woken,
        "kpi_churn_of_active": kpis.churn_of_active,
    }


def _expected(row: dict[str, str]) -> dict[str, Any]:
    return {
        "month": row["month"],
        **{name: int(row[name]) for name in COUNTS},
        "kpi_new_to_active": pytest.approx(float(row["kpi_new_to_active"]), abs=5e-7),
        "kpi_new_to_active_mature": row["kpi_new_to_active_mature"] == "True",
        "kpi_orders_per_active": pytest.approx(float(row["kpi_orders_per_active"]), abs=5e-7),
        "kpi_orders_from_woken": int(row["kpi_orders_from_woken"]),
        "kpi_churn_of_active": (
            pytest.approx(float(row["kpi_churn_of_active"]), abs=5e-7)
            if row["kpi_churn_of_active"]
            else None
        ),
    }


def test_every_month_of_the_book_is_the_reference_month(
    online_retail: dict[Method, Computed],
) -> None:
    expected = [_expected(row) for row in _reference()]

    book = [_as_reference(page) for page in online_retail["rank"].pages]

    assert book == expected


def test_the_median_gap_is_28_days(online_retail: dict[Method, Computed]) -> None:
    found = online_retail["rank"].document

    assert found["gaps"] == {"median": 28, "p75": 58, "p90": 110}
    assert found["lifecycle"]["threshold_days"] == 28


def test_the_end_of_november_2011_has_the_published_stocks(
    online_retail: dict[Method, Computed],
) -> None:
    months = {
        month["month"]: month for month in online_retail["rank"].document["lifecycle"]["months"]
    }

    november = months["2011-11"]

    assert november["base"] == 4297
    assert november["new"] == 275
    assert november["sleeping"] == 2666
    assert november["active"] == 1356
    assert november["reactivated"] == 746


def test_the_document_has_the_totals_of_the_cleaned_set(
    online_retail: dict[Method, Computed],
) -> None:
    found = online_retail["rank"].document

    assert (found["as_of"], found["customers"], found["orders"]) == ("2011-12-09", 4338, 18532)
    assert found["revenue"] == pytest.approx(8911407.90, abs=0.01)
