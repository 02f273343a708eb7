"""One plot of several side by side."""

import pytest

from core.ui import charts, multiples
from core.ui.charts import Series

MONTHS = ["Jan", "Feb", "Mar", "Apr"]


@pytest.mark.parametrize(
    ("values", "top"),
    [([0.1621, None], 0.2), ([0.79, 0.98], 1), ([1054, 122], 1200), ([1, 0], 1), ([], 1), ([0], 1)],
)
def test_the_scale_ends_at_the_next_round_number(values: list[float | None], top: float) -> None:
    assert multiples.top_of(values) == pytest.approx(top)


def test_a_small_plot_names_only_the_top_of_its_scale() -> None:
    plot = multiples.small(charts.lines(MONTHS, Series("A", [1, 2, 3, 4])), 5)

    assert (plot["yAxis"]["min"], plot["yAxis"]["max"], plot["yAxis"]["interval"]) == (0, 5, 5)
    assert plot["yAxis"]["axisLabel"]["showMinLabel"] is False


def test_a_small_plot_names_the_ends_of_time() -> None:
    plot = multiples.small(charts.lines(MONTHS, Series("A", [1, 2, 3, 4])), 5)

    assert plot["xAxis"]["axisLabel"]["interval"] == len(MONTHS) - 2


def test_what_may_still_change_stands_on_a_tint_from_the_last_final_point() -> None:
    option = charts.lines(["a", "b", "c", "d"], Series("n", [1, 2, 3, 4]), young_from=2)

    tinted = multiples.small(option, 5, young_from=2)
    plain = multiples.small(option, 5, young_from=4)

    assert tinted["series"][0]["markArea"]["data"] == [[{"xAxis": "b"}, {"xAxis": "d"}]]
    assert "markArea" not in plain["series"][0]
