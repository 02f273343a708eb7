"""The lifecycle threshold: percentiles of the gaps between purchase days, from their histogram."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

NAMES = ("median", "p75", "p90")
_SHARES = {"median": Fraction(1, 2), "p75": Fraction(3, 4), "p90": Fraction(9, 10)}
# A base without a single repeat purchase has no gap to measure.
WITHOUT_GAPS = 30
LONGEST = 3650


@dataclass(frozen=True)
class GapFigures:
    """Pooled gaps of a base in days; None while nobody has bought twice."""

    median: float | None
    p75: float | None
    p90: float | None


class ThresholdUnknown(ValueError):
    """The words name no threshold."""


def percentile(histogram: Sequence[tuple[int, int]], share: Fraction) -> float | None:
    """The linearly interpolated percentile of (days, gaps) rows sorted by days."""
    total = sum(gaps for _, gaps in histogram)
    if total == 0:
        return None
    place = (total - 1) * share
    low, rest = _at(histogram, math.floor(place)), place - math.floor(place)
    high = _at(histogram, math.ceil(place))
    return float(low + (high - low) * rest)


def _at(histogram: Sequence[tuple[int, int]], position: int) -> int:
    passed = 0
    for days, gaps in histogram:
        passed += gaps
        if passed > position:
            return days
    raise IndexError(position)


def figures_of(histogram: Sequence[tuple[int, int]]) -> GapFigures:
    """The three percentiles a threshold may follow."""
    return GapFigures(**{name: percentile(histogram, share) for name, share in _SHARES.items()})


def parse(words: str) -> str:
    """A threshold as it is stored: median, p75, p90 or whole days from 1 to 3650."""
    words = words.strip().lower()
    if words in NAMES:
        return words
    if words.isascii() and words.isdigit() and 1 <= int(words) <= LONGEST:
        return str(int(words))
    raise ThresholdUnknown(words)


def days_of(threshold: str, gaps: GapFigures) -> float:
    """The threshold in days; a percentile may lie between two whole days."""
    if threshold not in NAMES:
        return float(threshold)
    days: float | None = getattr(gaps, threshold)
    return float(WITHOUT_GAPS) if days is None else days


def whole_days(days: float) -> int:
    """The same threshold for whole-day gaps: `gap <= 23.5` and `gap <= 23` say one thing."""
    return math.floor(days)
