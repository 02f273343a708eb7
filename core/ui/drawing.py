"""Geometry of small server-drawn graphics: sparklines, bars, waterfalls, whiskers (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 100.0
# A sparkline ends a little before its frame, so that the dot on the last point is whole.
AIR = 97.0
# Fewer points make no line.
LINE = 2


@dataclass(frozen=True)
class Box:
    """A rectangle on a scale of 0…100."""

    x: float
    width: float
    tone: str = ""


def line_path(values: Sequence[float], low: float, high: float, height: float = 40) -> str:
    """An SVG path through equally spaced values; 2 units of air above and below."""
    if len(values) < LINE:
        return ""
    span = (high - low) or 1
    step = AIR / (len(values) - 1)
    ys = (height - 2 - (value - low) / span * (height - 4) for value in values)
    return "M" + "L".join(f"{index * step:.2f} {y:.2f}" for index, y in enumerate(ys))


def sparkline(values: Sequence[float], previous: Sequence[float]) -> tuple[str, str, str]:
    """Paths of now, of the previous period on the same scale, and of the last point."""
    both = [*values, *previous]
    if len(values) < LINE:
        return "", "", ""
    low, high = min(both), max(both)
    now = line_path(values, low, high)
    end = now.rsplit("L", 1)[-1]
    return now, line_path(previous, low, high), f"M{end}h0"


def stacked(counts: Sequence[tuple[float, str]], of: float) -> list[Box]:
    """Boxes one after another; `of` is the whole scale (their sum when 0)."""
    scale = of or sum(count for count, _ in counts) or 1
    boxes, x = [], 0.0
    for count, tone in counts:
        width = max(0.0, count) / scale * WIDTH
        boxes.append(Box(round(x, 3), round(width, 3), tone))
        x += width
    return boxes


def waterfall(rows: Sequence[tuple[int, str]]) -> list[Box]:
    """Rows (count, kind) as boxes: totals from zero, losses back from where the last ended."""
    scale = max((count for count, kind in rows if kind == "total"), default=0) or 1
    boxes, left = [], 0
    for count, kind in rows:
        if kind == "loss":
            left -= count
            boxes.append(Box(round(left / scale * WIDTH, 3), round(count / scale * WIDTH, 3)))
        else:
            left = count
            boxes.append(Box(0.0, round(count / scale * WIDTH, 3)))
    return boxes


def on_scale(value: float, low: float, high: float) -> float:
    """A value as 0…100 of a scale, kept inside it."""
    share = (value - low) / ((high - low) or 1)
    return round(min(1.0, max(0.0, share)) * WIDTH, 3)
