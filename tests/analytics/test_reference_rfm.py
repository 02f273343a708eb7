"""Online Retail gives the reference scores, cells and segments."""

import csv
import gzip
import json

import pytest

from analytics.rules.quantiles import Method
from tests.analytics.conftest import Computed
from tests.build_analytics import REFERENCE

FILE_OF: dict[Method, str] = {"rank": "rank", "value": "qcut"}

# The figures are computed in the test database, once a session.
pytestmark = pytest.mark.django_db


def _cells(method: Method) -> list[dict[str, int]]:
    with (REFERENCE / f"online_retail_rfm_cells_{FILE_OF[method]}.csv").open() as file:
        rows = list(csv.reader(file))[1:]
    return [dict(zip(("r", "f", "m", "customers"), map(int, row), strict=True)) for row in rows]


def _customers() -> list[dict[str, str]]:
    with gzip.open(REFERENCE / "online_retail_rfm_customers.csv.gz", "rt") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("method", ["rank", "value"])
def test_every_cell_holds_the_reference_number_of_customers(
    online_retail: dict[Method, Computed], method: Method
) -> None:
    assert online_retail[method].document["rfm"]["cells"] == _cells(method)


@pytest.mark.parametrize("method", ["rank", "value"])
def test_every_customer_has_the_reference_scores_and_segment(
    online_retail: dict[Method, Computed], method: Method
) -> None:
    suffix = FILE_OF[method]
    expected = [
        (
            int(row["recency"]), int(row["frequency"]),
            pytest.approx(float(row["monetary"]) * 100, abs=1),
            int(row[f"R_{suffix}"]), int(row[f"F_{suffix}"]), int(row[f"M_{suffix}"]),
            row["segment"],
        )
        for row in _customers()
    ]  # fmt: skip

    assert online_retail[method].customers == expected


def test_the_ten_segments_have_the_published_counts(online_retail: dict[Method, Computed]) -> None:
    published = json.loads((REFERENCE / "published_online_retail.json").read_text())["published"]

    segments = online_retail["rank"].document["rfm"]["segments"]

    assert segments == {name: row["customers"] for name, row in published.items()}


def test_segments_have_the_published_mean_recency_and_frequency(
    online_retail: dict[Method, Computed],
) -> None:
    published = json.loads((REFERENCE / "published_online_retail.json").read_text())["published"]

    means: dict[str, object] = {
        s.name: (s.mean_recency, s.mean_orders) for s in online_retail["value"].segments
    }

    assert means == {
        name: (
            pytest.approx(row["recency_mean"], abs=1e-6),
            pytest.approx(row["frequency_mean"], abs=1e-6),
        )
        for name, row in published.items()
    }


def test_segments_have_the_reference_revenue(online_retail: dict[Method, Computed]) -> None:
    with (REFERENCE / "online_retail_rfm_segments.csv").open() as file:
        expected = {row["segment"]: float(row["monetary_sum"]) for row in csv.DictReader(file)}

    revenue = {s.name: s.revenue / 100 for s in online_retail["rank"].segments}

    assert revenue == {name: pytest.approx(money, abs=0.02) for name, money in expected.items()}
