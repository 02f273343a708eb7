"""Counts what happened at every purchase day: gaps, transitions and cohort cells, by numpy.

Customers stand one after another, each with their orders by time, so what a purchase day did is
known from the days right before it. Counts are tallies that can be added up and taken out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Small = NDArray[np.int32]
Marks = NDArray[np.bool_]

# Days are counted from here, as PostgreSQL counts them.
EPOCH = np.datetime64("2000-01-01", "D")
# An order in one number: its day times this, and its total (crm_order_total_is_sane: below this).
DAY_BITS = 40
DAY = 1 << DAY_BITS
# Kinds of purchase days; LATER stands for four: + 1 when it woke, + 2 when the one before had.
FIRST, SECOND_IN_TIME, SECOND_WOKE, LATER, KINDS = 0, 1, 2, 3, 7
# A table of more possible keys than this costs more than sorting the keys there are.
DENSE = 4_000_000
# Floats add whole numbers exactly below 2 ** 53; halves of amounts stay far below.
HALF = 20
MONTH_BITS, KIND_BITS = 20, 3


@dataclass(frozen=True)
class Histories:
    """Orders of some customers: how many each has, and each order's day and total."""

    orders: Small
    days: Small
    totals: Numbers

    @classmethod
    def packed(cls, orders: bytes | memoryview, purchases: bytes | memoryview) -> "Histories":
        """From numbers as PostgreSQL sends them: four bytes a customer, eight an order."""
        both = np.frombuffer(purchases, ">i8").astype(np.int64)
        return cls(
            orders=np.frombuffer(orders, ">i4").astype(np.int32),
            days=(both >> DAY_BITS).astype(np.int32),
            totals=both & DAY - 1,
        )

    def starts(self) -> Marks:
        """Which orders are a customer's first."""
        starts = np.zeros(len(self.days), np.bool_)
        starts[np.cumsum(self.orders) - self.orders] = True
        return starts


@dataclass(frozen=True)
class Tally:
    """Sums by key; a key stands once."""

    keys: Numbers
    sums: tuple[Numbers, ...]

    def taken_out(self) -> "Tally":
        return Tally(self.keys, tuple(-sums for sums in self.sums))

    def changes(self) -> "Tally":
        """Without the keys whose sums are all 0."""
        kept = np.logical_or.reduce([sums != 0 for sums in self.sums])
        return Tally(self.keys[kept], tuple(sums[kept] for sums in self.sums))


def added(tallies: Sequence[Tally], sums: int) -> Tally:
    """One tally of several, with so many sums each."""
    nothing = np.empty(0, np.int64)
    keys, places = np.unique(
        np.concatenate([nothing, *(tally.keys for tally in tallies)]), return_inverse=True
    )
    totals = tuple(np.zeros(len(keys), np.int64) for _ in range(sums))
    for at, total in enumerate(totals):
        np.add.at(total, places, np.concatenate([nothing, *(t.sums[at] for t in tallies)]))
    return Tally(keys, totals)


@dataclass(frozen=True)
class PurchaseDays:
    """Distinct purchase days in order; `gap` is days since the one before, 0 for the first."""

    day: Small
    gap: Small
    is_first: Marks
    orders: Numbers


def purchase_days(histories: Histories) -> PurchaseDays:
    """Several orders of a customer on one day make one purchase day."""
    days, starts = histories.days, histories.starts()
    is_new = starts.copy()
    is_new[1:] |= days[1:] != days[:-1]
    at = np.flatnonzero(is_new)
    day, is_first = days[at], starts[at]
    gap = np.diff(day, prepend=day[:1])
    gap[is_first] = 0
    return PurchaseDays(day, gap, is_first, np.diff(at, append=len(days)))


def gaps(days: PurchaseDays) -> Tally:
    """How many gaps there are of so many days."""
    counts = np.bincount(days.gap, minlength=1)
    # No gap is 0 days long: those are first days.
    counts[0] = 0
    keys = np.flatnonzero(counts)
    return Tally(keys, (counts[keys],))


def transitions(days: PurchaseDays, threshold_days: int) -> Tally:
    """Purchase days and their orders by what happened (`read_transitions`)."""
    calendar = _Calendar.of(days.day)
    is_second = _one_later(days.is_first) & ~days.is_first
    woke = days.gap > threshold_days
    # Sums of marks, since choosing by marks costs ten times as much.
    kind = LATER - LATER * days.is_first - (LATER - SECOND_IN_TIME) * is_second
    kind += woke + 2 * (_one_later(woke) & ~days.is_first)
    # The day they had fallen asleep, else the purchase day before.
    then = days.day - days.gap + woke * np.int32(threshold_days + 1)
    earlier = calendar.months_of(then) * (woke | is_second)
    packed = (calendar.months_of(days.day) * calendar.months + earlier) * KINDS + kind
    keys, counts, orders = _counted(packed, calendar.months**2 * KINDS, days.orders)
    pairs, kinds = np.divmod(keys, KINDS)
    month, before = np.divmod(pairs, calendar.months)
    before = np.where(before > 0, before + calendar.zero, 0)
    keys = ((month + calendar.zero) << MONTH_BITS | before) << KIND_BITS | kinds
    return Tally(keys, (counts, orders))


@dataclass(frozen=True)
class Transitions:
    """The keys of `transitions` in columns; `earlier` is 0 where there is none."""

    month: Numbers
    earlier: Numbers
    ordinal: Numbers
    woke: Marks
    had_woken: Marks


def read_transitions(keys: Numbers) -> Transitions:
    """What the keys of a tally of transitions say."""
    kinds, rest = keys & (1 << KIND_BITS) - 1, keys >> KIND_BITS
    later = np.maximum(kinds - LATER, 0)
    return Transitions(
        month=rest >> MONTH_BITS,
        earlier=rest & (1 << MONTH_BITS) - 1,
        ordinal=np.where(kinds == FIRST, 1, np.where(kinds < LATER, 2, 3)),
        woke=(kinds == SECOND_WOKE) | (later & 1 > 0),
        had_woken=later & 2 > 0,
    )


def cohorts(histories: Histories) -> Tally:
    """People, once a month each, and money by cohort and month (`read_cohorts`)."""
    calendar = _Calendar.of(histories.days)
    month = calendar.months_of(histories.days)
    is_new = histories.starts()
    packed = np.repeat(month[is_new], histories.orders) * calendar.months + month
    is_new[1:] |= month[1:] != month[:-1]
    keys, _orders, money = _counted(packed, calendar.months**2, histories.totals)
    # Where there was money there were people: both have the same keys.
    _keys, people, _days = _counted(packed[is_new], calendar.months**2, month[is_new])
    first, then = np.divmod(keys, calendar.months)
    return Tally((first + calendar.zero) << MONTH_BITS | then + calendar.zero, (people, money))


def read_cohorts(keys: Numbers) -> tuple[Numbers, Numbers]:
    """The months of the cohorts, and how many months later."""
    cohort = keys >> MONTH_BITS
    return cohort, (keys & (1 << MONTH_BITS) - 1) - cohort


@dataclass(frozen=True)
class _Calendar:
    """The month of every day between the first and the last, counted from 1."""

    low: int
    # The month before the first, since year 0.
    zero: int
    month_of: Numbers

    @classmethod
    def of(cls, days: Small) -> "_Calendar":
        low, high = (int(days.min()), int(days.max())) if len(days) else (0, 0)
        month_of = (EPOCH + np.arange(low, high + 1)).astype("M8[M]").astype(np.int64)
        zero = int(month_of[0]) - 1
        return cls(low, zero + 1970 * 12, month_of - zero)

    @property
    def months(self) -> int:
        """More than the last month's number."""
        return int(self.month_of[-1]) + 1

    def months_of(self, days: Small) -> Numbers:
        return self.month_of[days - self.low]


def _one_later(marks: Marks) -> Marks:
    """Each mark at the place after its own."""
    later = np.zeros_like(marks)
    later[1:] = marks[:-1]
    return later


def _counted(keys: Numbers, space: int, weights: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The keys there are, below `space`, how often each, and the sum of their weights."""
    if space > DENSE:
        found, places = np.unique(keys, return_inverse=True)
        return found, np.bincount(places), summed(places, weights)
    counts = np.bincount(keys)
    found = np.flatnonzero(counts)
    return found, counts[found], summed(keys, weights)[found]


def summed(places: Numbers, weights: Numbers | Small) -> Numbers:
    """Sums of weights by place, exact where floats would not be."""
    if not len(weights) or weights.max() < 1 << HALF:
        return np.bincount(places, weights).astype(np.int64)
    low = np.bincount(places, weights & (1 << HALF) - 1).astype(np.int64)
    high = np.bincount(places, weights >> HALF).astype(np.int64)
    return low + (high << HALF)
