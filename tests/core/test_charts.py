"""Chart options are data: they name tokens and formats, mark what may still change, and add up."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.ui import charts, drawing
from core.ui.charts import Chart, Mark, Series, Table

MONTHS = ["Sep", "Oct", "Nov"]
ACTIVE = Series("Active", [10, 11, 12])
SLEEPING = Series("Sleeping", [30, 31, 32], "--c5-soft")


def texts(option: Any) -> Iterator[str]:
    """Every string of an option."""
    inner = option.values() if isinstance(option, dict) else option
    for value in inner:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            yield from texts(value)


def everything() -> list[charts.Option]:
    cells = [(0, 0, 1.0, 10), (1, 0, 0.4, 4)]
    return [
        charts.stacked_bars(MONTHS, [ACTIVE, SLEEPING], open_from=2, marks=[Mark("Oct", 1)]),
        charts.bars(MONTHS, ACTIVE),
        charts.lines(MONTHS, ACTIVE, SLEEPING, young_from=1),
        charts.cohort_heatmap(["Jan"], ["0", "1"], cells),
        charts.intervals([("A", -5, 1, 7)], value_format="@count"),
    ]


def test_options_can_be_sent_as_json() -> None:
    assert all(json.loads(json.dumps(option)) == option for option in everything())


def test_options_name_only_tokens_that_the_stylesheet_has() -> None:
    css = (Path(__file__).parents[2] / "frontend/css/tokens.css").read_text(encoding="utf-8")

    named = {text for option in everything() for text in texts(option) if text.startswith("--")}

    assert named
    assert named <= set(re.findall(r"--[a-z0-9-]+", css))


def test_no_option_carries_a_colour_of_its_own() -> None:
    assert not [t for option in everything() for t in texts(option) if t.startswith(("#", "rgb"))]


def test_bars_start_at_zero() -> None:
    assert charts.bars(MONTHS, ACTIVE)["yAxis"]["min"] == 0


def test_the_first_series_stands_on_the_baseline() -> None:
    option = charts.stacked_bars(MONTHS, [ACTIVE, SLEEPING])

    assert [one["name"] for one in option["series"]] == ["Active", "Sleeping"]


def test_only_open_months_are_hatched() -> None:
    data = charts.stacked_bars(MONTHS, [ACTIVE], open_from=2)["series"][0]["data"]

    assert data[:2] == [10, 11]
    assert data[2]["value"] == 12
    assert data[2]["itemStyle"]["decal"]


def test_without_open_months_nothing_is_hatched() -> None:
    assert charts.stacked_bars(MONTHS, [ACTIVE])["series"][0]["data"] == [10, 11, 12]


def test_young_points_are_never_joined_to_the_line() -> None:
    previous, line, young = charts.lines(MONTHS, ACTIVE, SLEEPING, young_from=1)["series"]

    assert previous["lineStyle"]["color"] == "--previous"
    assert (line["type"], line["data"]) == ("line", [10, None, None])
    assert (young["type"], young["data"]) == ("scatter", [None, 11, 12])


def test_an_initiative_is_a_numbered_line_at_its_month() -> None:
    option = charts.stacked_bars(MONTHS, [ACTIVE], marks=[Mark("Oct", 4)])

    assert option["series"][0]["markLine"]["data"] == [{"xAxis": "Oct", "name": "4"}]


def test_an_interval_below_zero_widens_the_axis_to_it() -> None:
    assert charts.intervals([("A", -5, 1, 7)], value_format="@count")["xAxis"]["min"] == -5
    assert charts.intervals([("A", 2, 3, 7)], value_format="@count")["xAxis"]["min"] == 0


def test_heat_steps_cover_every_share_once() -> None:
    edges = [edge for low, high in charts.HEAT_STEPS for edge in (low, high)]

    assert edges[1:-1:2] == edges[2::2]
    assert [charts.heat_step(share) for share in (0, 0.05, 0.34, 0.6, 1)] == [0, 1, 3, 5, 5]


def test_a_chart_without_points_is_empty() -> None:
    assert Chart().is_empty
    assert Chart(charts.bars([], Series("A", []))).is_empty


def test_a_chart_with_points_is_not_empty() -> None:
    assert not Chart(charts.bars(MONTHS, ACTIVE), Table()).is_empty


def test_waterfall_bars_begin_where_the_last_ended() -> None:
    boxes = drawing.waterfall([(100, "total"), (20, "loss"), (30, "loss"), (50, "result")])

    assert [(box.x, box.width) for box in boxes] == [(0, 100), (80, 20), (50, 30), (0, 50)]


def test_parts_of_a_bar_follow_one_another_to_the_end() -> None:
    boxes = drawing.stacked([(1, "c1"), (3, "c2")], of=0)

    assert [(box.x, box.width) for box in boxes] == [(0, 25), (25, 75)]


def test_both_periods_of_a_sparkline_share_one_scale() -> None:
    now, before, end = drawing.sparkline([0, 10], [0, 5])

    assert now == "M0.00 38.00L97.00 2.00"
    assert before == "M0.00 38.00L97.00 20.00"
    assert end == "M97.00 2.00h0"


def test_one_point_draws_no_sparkline() -> None:
    assert drawing.sparkline([5], []) == ("", "", "")
