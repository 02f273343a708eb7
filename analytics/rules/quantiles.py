"""Scores from 1 to 5 by quintile, in whole numbers, so that no border depends on rounding.

Both methods cut at the same places of the sorted base. With n customers and k = 1 … 4 the cut
lies at (n - 1) * k / 5 counted from zero: `position` is its whole part, `remainder` its fifths.

rank   score = 1 + how many cuts lie strictly below the customer's rank (ties in ascending
       customer id), so fifths are equal.
value  score = 1 + how many linearly interpolated borders lie strictly below the value, so equal
       values share a score and a score may be empty.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Whole = NDArray[np.int64] | NDArray[np.int32]
Method = Literal["rank", "value"]
FIFTHS = (1, 2, 3, 4)
# No customer comes after this one.
BEHIND_ALL = 2**63 - 1


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


@dataclass(frozen=True)
class Borders:
    """Where one figure of a base is cut into fifths."""

    values: list[int]
    # The last customer, in ascending id, whose value equals the border and who is still below.
    last_tied: list[int]
    in_fifths: list[int]


def borders_of(values: Whole, customers: Numbers, *, by_rank: bool) -> Borders:
    """The borders of a figure over a base; ties are resolved for what is scored by rank."""
    base = len(values)
    if not base:
        return Borders([0] * 4, [BEHIND_ALL] * 4, [0] * 4)
    places = cuts(base)
    at = [cut.position for cut in places]
    after = [min(place + 1, base - 1) for place in at]
    ordered = np.sort(values)
    lows, highs = ordered[at].tolist(), ordered[after].tolist()
    tied = [
        _last_tied(values, customers, low, cut.position) if by_rank and low == high else BEHIND_ALL
        for low, high, cut in zip(lows, highs, places, strict=True)
    ]
    in_fifths = map(border_in_fifths, lows, highs, places)
    return Borders(lows, tied, list(in_fifths))


def _last_tied(values: Whole, customers: Numbers, border: int, position: int) -> int:
    """Of the customers whose value equals a border, the one that stands at the cut."""
    below = int(np.count_nonzero(values < border))
    equal = customers[values == border]
    place = position - below
    return int(np.partition(equal, place)[place]) if place < len(equal) - 1 else BEHIND_ALL


def scores_by_value(values: Whole, borders: Borders) -> NDArray[np.int8]:
    """1 + the borders strictly below each value."""
    scores = np.ones(len(values), np.int8)
    for border in borders.in_fifths:
        # Of whole numbers, those above a fraction are those above its whole part.
        scores += values > border // 5
    return scores


def scores_by_rank(values: Whole, customers: Numbers, borders: Borders) -> NDArray[np.int8]:
    """1 + the cuts strictly below each customer's rank, ties in ascending customer id."""
    scores = np.ones(len(values), np.int8)
    for value, last in zip(borders.values, borders.last_tied, strict=True):
        scores += values > value
        if last != BEHIND_ALL:
            scores += (values == value) & (customers > last)
    return scores
