"""Scores from 1 to 5 by quintile, in whole numbers, so that no border depends on rounding.

Both methods cut at the same places of the sorted base. With n customers and k = 1 … 4 the cut
lies at (n - 1) * k / 5 counted from zero: `position` is its whole part, `remainder` its fifths.

rank   score = 1 + how many cuts lie strictly below the customer's rank (ties in ascending
       customer id), so fifths are equal.
value  score = 1 + how many linearly interpolated borders lie strictly below the value, so equal
       values share a score and a score may be empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Method = Literal["rank", "value"]
FIFTHS = (1, 2, 3, 4)


@dataclass(frozen=True)
class Cut:
    """Where one fifth of a sorted base ends, counted from zero."""

    position: int
    remainder: int


def cuts(customers: int) -> list[Cut]:
    """The four cuts of a base of so many customers (at least one)."""
    return [Cut(*divmod((customers - 1) * k, 5)) for k in FIFTHS]


def border_in_fifths(low: int, high: int, cut: Cut) -> int:
    """Five times the interpolated border between the values on both sides of a cut."""
    return low * (5 - cut.remainder) + high * cut.remainder


def score_by_value(value: int, borders_in_fifths: Sequence[int]) -> int:
    """1 + the borders strictly below the value."""
    return 1 + sum(5 * value > border for border in borders_in_fifths)


def score_by_rank(position: int, customers: int) -> int:
    """The score of a place in the sorted base, counted from zero."""
    return 1 + sum(position > cut.position for cut in cuts(customers))
