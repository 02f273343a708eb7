"""One plot of several side by side: the ends of time, zero, and the top of the scale by name."""

from collections.abc import Sequence
from decimal import Decimal

from core.ui.charts import Option, grid, value_axis

TOPS = tuple(Decimal(top) for top in ("1", "1.2", "1.5", "2", "2.5", "3", "4", "5", "6", "8", "10"))


def top_of(values: Sequence[float | None]) -> float:
    """The round number that ends a scale of these values."""
    high = Decimal(str(max((value for value in values if value is not None), default=0)))
    if high <= 0:
        return 1
    power = Decimal(10) ** high.adjusted()
    return float(next(power * top for top in TOPS if power * top >= high))


def small(option: Option, top: float, *, young_from: int | None = None) -> Option:
    """The same plot with two ticks of value, the upper one named, and two of time.

    What may still change, from the last final point on, stands on a tint.
    """
    labels = option["xAxis"]["data"]
    axis = value_axis(option["yAxis"]["axisLabel"]["formatter"])
    named = axis["axisLabel"] | {
        "inside": True, "margin": 0, "showMinLabel": False, "align": "left",
        "verticalAlign": "bottom", "padding": [0, 0, 4, 0],
    }  # fmt: skip
    ends = {"interval": max(len(labels) - 2, 0), "alignMinLabel": "left", "alignMaxLabel": "right"}
    time = option["xAxis"] | {"axisLabel": option["xAxis"]["axisLabel"] | ends}
    return option | {
        "series": _tinted(option["series"], labels, young_from),
        "grid": grid(left=4, right=8, top=24),
        "xAxis": time,
        "yAxis": axis | {"max": top, "interval": top, "axisLabel": named},
    }


def _tinted(
    series: Sequence[Option], labels: Sequence[str], young_from: int | None
) -> list[Option]:
    if young_from is None or not 0 < young_from < len(labels):
        return list(series)
    area = {
        "silent": True,
        "itemStyle": {"color": "--hover"},
        "data": [[{"xAxis": labels[young_from - 1]}, {"xAxis": labels[-1]}]],
    }
    return [series[0] | {"markArea": area}, *series[1:]]
