"""Online Retail gives the reference cohorts."""

import csv

import pytest

from analytics.rules.quantiles import Method
from tests.analytics.conftest import Computed
from tests.build_analytics import REFERENCE

# The figures are computed in the test database, once a session.
pytestmark = pytest.mark.django_db


def _reference(name: str) -> dict[str, list[float]]:
    with (REFERENCE / f"online_retail_cohort_{name}.csv").open() as file:
        rows = list(csv.reader(file))[1:]
    return {row[0]: [float(cell) for cell in row[1:] if cell] for row in rows}


def test_every_cohort_comes_back_as_in_the_reference(
    online_retail: dict[Method, Computed],
) -> None:
    counts = {cohort.label: cohort.customers for cohort in online_retail["rank"].cohorts}

    assert counts == _reference("counts")


def test_every_cohort_brings_the_reference_revenue(online_retail: dict[Method, Computed]) -> None:
    revenue = {c.label: [r / 100 for r in c.revenue] for c in online_retail["rank"].cohorts}

    assert revenue == {
        month: [pytest.approx(money, abs=0.011) for money in row]
        for month, row in _reference("revenue").items()
    }


def test_december_2010_is_the_published_row(online_retail: dict[Method, Computed]) -> None:
    first = online_retail["rank"].document["cohorts"][0]

    assert first == {
        "month": "2010-12",
        "customers": 885,
        "retention": [885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235],
    }
