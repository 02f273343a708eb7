"""Says where everybody stands, in scores and lifecycle states, and counts up who stands where.

What `services.publishing` writes by SQL is computed here for the whole base at once: the totals of
a snapshot, and who stands elsewhere than in the snapshot before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from analytics.rules import purchases, quantiles
from analytics.rules.base import Marks, Numbers, People
from analytics.rules.book import FellAsleep
from analytics.rules.quantiles import Borders, Method

Codes = NDArray[np.int8]
# In the order of the alphabet, as totals list them; a state's code is its place.
STATES = ("active", "new", "sleeping")
ACTIVE, NEW, SLEEPING = range(3)
# More than the highest score, and than the highest code of a state.
BASE = 6
CELL = BASE**3
YEAR_MONTHS = 12 * 1970


@dataclass(frozen=True)
class Places:
    """Scores from 1 to 5, the two that name the segment, and the state."""

    r: Codes
    f: Codes
    m: Codes
    segment_r: Codes
    segment_f: Codes
    state: Codes
    is_reactivated: Marks

    def differ_from(self, other: "Places") -> Marks:
        """Who stands elsewhere."""
        differs = np.zeros(len(self.r), np.bool_)
        for column in fields(self):
            differs |= getattr(self, column.name) != getattr(other, column.name)
        return differs


def ranked(method: Method) -> frozenset[str]:
    """The figures that are scored by rank: the segments' frequency always is."""
    return frozenset({"recency", "frequency", "monetary"} if method == "rank" else {"frequency"})


def places(
    people: People, cuts: Mapping[str, Borders], *, method: Method, threshold_days: int
) -> Places:
    """Where everybody stands by given cuts and threshold."""
    r_value = _by_value(people, "recency", cuts)
    f_rank = _by_rank(people, "frequency", cuts)
    if method == "rank":
        r, f, m = _by_rank(people, "recency", cuts), f_rank, _by_rank(people, "monetary", cuts)
    else:
        r, m = r_value, _by_value(people, "monetary", cuts)
        f = _by_value(people, "frequency", cuts)
    is_asleep = people.recency - 1 > threshold_days
    state = np.where(is_asleep, SLEEPING, np.where(people.is_new, NEW, ACTIVE)).astype(np.int8)
    came_back = ~is_asleep & (people.last_gap > threshold_days)
    return Places(r, f, m, r_value, f_rank, state, came_back)


def _by_value(people: People, metric: str, cuts: Mapping[str, Borders]) -> Codes:
    return _turned(metric, quantiles.scores_by_value(getattr(people, metric), cuts[metric]))


def _by_rank(people: People, metric: str, cuts: Mapping[str, Borders]) -> Codes:
    values = getattr(people, metric)
    return _turned(metric, quantiles.scores_by_rank(values, people.customers, cuts[metric]))


def _turned(metric: str, scores: Codes) -> Codes:
    """Fewer days are better."""
    return 6 - scores if metric == "recency" else scores


def cells(placed: Places) -> list[list[int]]:
    """[r, f, m, customers] of every cell with customers."""
    counts = np.bincount(_key(placed.r, placed.f, placed.m), minlength=CELL)
    found = np.flatnonzero(counts)
    return [[*_unkeyed(key), int(counts[key])] for key in found.tolist()]


def groups(people: People, placed: Places) -> list[list[int | str]]:
    """[r, f, state, customers, orders, revenue, refunded, recency] of the segments' cells."""
    keys = _key(placed.segment_r, placed.segment_f, placed.state)
    sums = [np.bincount(keys, minlength=CELL)] + [
        purchases.summed(keys, weights)
        for weights in (people.frequency, people.monetary, people.refunded, people.recency)
    ]
    found = np.flatnonzero(sums[0])
    return [[*_named(key), *(int(each[key]) for each in sums)] for key in found.tolist()]


def fallen_asleep(
    people: People, placed: Places, *, day: int, threshold_days: int
) -> list[FellAsleep]:
    """Sleepers by the month in which they fell asleep; `day` is the computed one, since EPOCH."""
    who = placed.state == SLEEPING
    gone_on = day + 2 + threshold_days - people.recency[who].astype(np.int64)
    month = (purchases.EPOCH + gone_on).astype("M8[M]").astype(np.int64) + YEAR_MONTHS
    keys = month * 4 + 2 * people.is_new[who] + (people.last_gap[who] > threshold_days)
    found, counts = np.unique(keys, return_counts=True)
    return [
        FellAsleep(key // 4, key % 4 > 1, key % 2 > 0, count)
        for key, count in zip(found.tolist(), counts.tolist(), strict=True)
    ]


def _key(first: Codes, second: Codes, third: Codes) -> Numbers:
    key: Numbers = (first.astype(np.int64) * BASE + second) * BASE + third
    return key


def _unkeyed(key: int) -> tuple[int, int, int]:
    return key // BASE**2, key // BASE % BASE, key % BASE


def _named(key: int) -> tuple[int, int, str]:
    r, f, state = _unkeyed(key)
    return r, f, STATES[state]
