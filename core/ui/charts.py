"""Chart options for ECharts, built as plain data: colours are token names ("--c1"), formats "@…".

The page resolves the names in the theme it is in (frontend/js/charts.js), so an option is the
same in light and dark and can be tested here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Option = dict[str, Any]
HATCH = {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [2, 4], "rotation": -0.7854}


@dataclass(frozen=True)
class Table:
    """The same numbers as text, one click away from the plot."""

    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class Chart:
    """An option, its table, and one sentence for those who do not see the plot."""

    option: Option = field(default_factory=dict)
    table: Table = field(default_factory=Table)
    summary: str = ""

    @property
    def is_empty(self) -> bool:
        series = self.option.get("series") or []
        return not any(one.get("data") for one in series)


@dataclass(frozen=True)
class Series:
    """One named row of values; `tone` is a colour token, None in `values` is a gap."""

    name: str
    values: Sequence[float | None]
    tone: str = "--c1"


@dataclass(frozen=True)
class Mark:
    """A numbered initiative on the axis, at a category."""

    at: str
    number: int
    name: str = ""


def grid(left: int = 44, right: int = 4, top: int = 12, bottom: int = 24) -> Option:
    return {"left": left, "right": right, "top": top, "bottom": bottom}


def category_axis(labels: Sequence[str], *, every: int | None = None) -> Option:
    """The time axis: no ticks, its line one step darker than the grid."""
    interval: Any = "auto" if every is None else every - 1
    return {
        "type": "category",
        "data": list(labels),
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": "--line-2"}},
        "axisLabel": {
            "color": "--ink-2",
            "fontSize": 12,
            "lineHeight": 16,
            "interval": interval,
            "hideOverlap": True,
        },
    }


def value_axis(format_name: str = "@compact", *, splits: int = 3) -> Option:
    """Values from zero, hairlines, no axis line."""
    return {
        "type": "value",
        "min": 0,
        "splitNumber": splits,
        "splitLine": {"lineStyle": {"color": "--line"}},
        "axisLabel": {"color": "--ink-2", "fontSize": 12, "formatter": format_name},
    }


def stacked_bars(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    open_from: int | None = None,
    marks: Sequence[Mark] = (),
    value_format: str = "@compact",
    tooltip_format: str = "@count",
    margins: Mapping[str, int] | None = None,
) -> Option:
    """Stacked columns, the first series on the baseline; columns from `open_from` are hatched."""
    stacks = [_stack(one, index, open_from, len(labels)) for index, one in enumerate(series)]
    if marks and stacks:
        stacks[0]["markLine"] = _mark_lines(marks)
    has_two_lines = any("\n" in label for label in labels)
    bottom = 48 if marks else 40 if has_two_lines else 24
    return {
        "rondo": {"tooltip": tooltip_format},
        "aria": {"enabled": False, "decal": {"show": False}},
        "grid": grid(**({"bottom": bottom} | dict(margins or {}))),
        "xAxis": category_axis(labels),
        "yAxis": value_axis(value_format),
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "none"}},
        "series": stacks,
    }


def _stack(one: Series, index: int, open_from: int | None, size: int) -> Option:
    first_open = size if open_from is None else open_from
    return {
        "type": "bar",
        "name": one.name,
        "stack": "all",
        "barCategoryGap": "28%",
        "itemStyle": {"color": one.tone, "borderColor": "--bg", "borderWidth": 0.5},
        "emphasis": {"disabled": True},
        "data": [
            value if at < first_open else _hatched(value, one.tone)
            for at, value in enumerate(one.values)
        ],
        "z": 2 + index,
    }


def _hatched(value: float | None, tone: str) -> Option:
    """A column that may still change: the same colour under a hatch of the page."""
    return {"value": value, "itemStyle": {"color": tone, "decal": HATCH | {"color": "--bg"}}}


def _mark_lines(marks: Sequence[Mark]) -> Option:
    return {
        "symbol": ["none", "none"],
        "silent": True,
        "lineStyle": {"type": [2, 3], "color": "--ink", "width": 1},
        "label": {
            "formatter": "{b}", "position": "start", "distance": 24, "color": "--bg",
            "backgroundColor": "--ink", "borderRadius": 9, "padding": [3, 6], "fontSize": 11,
            "fontWeight": 600,
        },
        "data": [{"xAxis": mark.at, "name": str(mark.number)} for mark in marks],
    }  # fmt: skip


def lines(
    labels: Sequence[str],
    current: Series,
    previous: Series | None = None,
    *,
    young_from: int | None = None,
    value_format: str = "@compact",
    tooltip_format: str = "@count",
    from_zero: bool = True,
) -> Option:
    """A line with the previous period behind it; points from `young_from` are hollow, unjoined."""
    ripe = len(labels) if young_from is None else young_from
    drawn = [_line(current, ripe)]
    if ripe < len(labels):
        drawn.append(_young(current, ripe))
    if previous:
        drawn.insert(0, _before(previous))
    axis = value_axis(value_format)
    return {
        "rondo": {"tooltip": tooltip_format},
        "grid": grid(right=12),
        "xAxis": category_axis(labels) | {"boundaryGap": False},
        "yAxis": axis if from_zero else axis | {"min": "dataMin"},
        "tooltip": {"trigger": "axis", "axisPointer": {"lineStyle": {"color": "--line-2"}}},
        "series": drawn,
    }


def _line(one: Series, ripe: int) -> Option:
    values = [value if at < ripe else None for at, value in enumerate(one.values)]
    return {
        "type": "line",
        "name": one.name,
        "data": values,
        "showSymbol": False,
        "symbol": "circle",
        "symbolSize": 6,
        "lineStyle": {"color": one.tone, "width": 1.75},
        "itemStyle": {"color": one.tone},
        "z": 3,
    }


def _young(one: Series, ripe: int) -> Option:
    values = [None if at < ripe else value for at, value in enumerate(one.values)]
    return {
        "type": "scatter",
        "name": one.name,
        "data": values,
        "symbolSize": 6,
        "itemStyle": {"color": "--bg", "borderColor": one.tone, "borderWidth": 1.5},
    }


def _before(one: Series) -> Option:
    return _line(one, len(one.values)) | {
        "lineStyle": {"color": "--previous", "width": 1.25},
        "itemStyle": {"color": "--previous"},
        "z": 2,
    }


def bars(
    labels: Sequence[str],
    one: Series,
    *,
    open_from: int | None = None,
    value_format: str = "@compact",
    tooltip_format: str = "@count",
) -> Option:
    """Plain columns from zero."""
    return stacked_bars(
        labels, [one], open_from=open_from, value_format=value_format, tooltip_format=tooltip_format
    )


def cohort_heatmap(
    months: Sequence[str], ages: Sequence[str], cells: Sequence[tuple[int, int, float, int]]
) -> Option:
    """Retention by cohort (row) and month of life (column): cells of (age, row, share, people)."""
    return {
        "rondo": {"tooltip": "@percent"},
        "grid": grid(left=72, top=28, bottom=8),
        "xAxis": category_axis(ages) | {"position": "top", "axisLine": {"show": False}},
        "yAxis": category_axis(months) | {"inverse": True, "axisLine": {"show": False}},
        "tooltip": {"trigger": "item"},
        "visualMap": {
            "type": "piecewise", "show": False, "dimension": 2,
            "pieces": [
                {"gte": low, "lt": high, "color": f"--h{step}"}
                for step, (low, high) in enumerate(HEAT_STEPS)
            ],
        },
        "series": [
            {
                "type": "heatmap", "name": "", "data": [[age, row, share] for age, row, share, _ in cells],
                "itemStyle": {"borderColor": "--bg", "borderWidth": 1},
                "emphasis": {"disabled": True},
            }
        ],
    }  # fmt: skip


HEAT_STEPS = ((0, 0.05), (0.05, 0.1), (0.1, 0.2), (0.2, 0.35), (0.35, 0.6), (0.6, 1.01))


def heat_step(share: float) -> int:
    """The shade 0…5 of a share, the same steps as the cohort map."""
    return next((step for step, (_, high) in enumerate(HEAT_STEPS) if share < high), 5)


def intervals(rows: Sequence[tuple[str, float, float, float]], *, value_format: str) -> Option:
    """Estimates with whiskers: rows of (name, low, value, high), zero always on the axis."""
    names = [name for name, *_ in rows]
    return {
        "rondo": {"tooltip": value_format},
        "grid": grid(left=140, right=24),
        "yAxis": category_axis(names) | {"inverse": True, "axisLine": {"show": False}},
        "xAxis": value_axis(value_format) | {"min": min([0.0, *(low for _, low, _, _ in rows)])},
        "tooltip": {"trigger": "item"},
        "series": [
            {"type": "line", "name": "", "data": [[low, name], [high, name]], "symbol": "rect",
             "symbolSize": [1.5, 10], "lineStyle": {"color": "--ink", "width": 1.5},
             "itemStyle": {"color": "--ink"}, "silent": True}
            for name, low, _, high in rows
        ] + [
            {"type": "scatter", "name": "", "symbolSize": 9,
             "data": [[value, name] for name, _, value, _ in rows],
             "itemStyle": {"color": "--bg", "borderColor": "--ink", "borderWidth": 1.5}, "z": 4}
        ],
    }  # fmt: skip
