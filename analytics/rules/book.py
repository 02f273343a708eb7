"""The lifecycle book: monthly stocks and flows added up from counted transitions.

Definitions are in docs/lifecycle.md. What happened at one purchase day is known from three
days of the customer (this one, the one before, the one before that), so nothing is expanded
by month: flows are counts of transitions and stocks their running sums.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from analytics.rules import months

FIRST, SECOND, LATER = 1, 2, 3


@dataclass(frozen=True)
class Purchases:
    """Purchase days that did the same thing in the same month.

    `ordinal` is FIRST, SECOND or LATER; `woke`: the gap before was over the threshold;
    `had_woken`: so was the gap before that. `earlier` is the month in which the customer had
    fallen asleep (when woke), else the month of the first purchase (when SECOND), else None.
    """

    month: int
    earlier: int | None
    ordinal: int
    woke: bool
    had_woken: bool
    days: int
    orders: int


@dataclass(frozen=True)
class FellAsleep:
    """Customers whose last purchase lies over the threshold back, by the month it came to that."""

    month: int
    was_new: bool
    was_reactivated: bool
    customers: int


@dataclass
class Month:
    """One month of the book. The four KPIs are None where there is nothing to divide by."""

    month: int
    base: int = 0
    new: int = 0
    active: int = 0
    reactivated: int = 0
    sleeping: int = 0
    first_purchases: int = 0
    new_to_active: int = 0
    new_to_sleeping: int = 0
    active_to_sleeping: int = 0
    sleeping_to_active: int = 0
    orders_first: int = 0
    orders_new: int = 0
    orders_active: int = 0
    orders_sleeping: int = 0
    converted_in_time: int = 0
    opening_active: int = 0
    reactivated_change: int = field(default=0, repr=False)


def write_book(
    first: int, last: int, purchases: Iterable[Purchases], asleep: Iterable[FellAsleep]
) -> list[Month]:
    """The months from `first` to `last`, closed: opening + in - out = closing for every state."""
    by_month: dict[int, Month] = defaultdict(lambda: Month(0))
    for row in purchases:
        _count_purchases(by_month, row)
    for gone in asleep:
        _count_asleep(by_month[gone.month], gone)
    return _roll(first, last, by_month)


def _count_purchases(book: dict[int, Month], row: Purchases) -> None:
    here = book[row.month]
    if row.ordinal == FIRST:
        here.first_purchases += row.days
        here.orders_first += row.orders
    elif row.woke:
        _count_awakening(book, row)
    else:
        _count_in_time(book, row)


def _count_awakening(book: dict[int, Month], row: Purchases) -> None:
    """They had fallen asleep in `earlier` and came back in `month`."""
    here, then = book[row.month], book[row.earlier or row.month]
    here.sleeping_to_active += row.days
    here.orders_sleeping += row.orders
    here.reactivated_change += row.days
    if row.ordinal == SECOND:
        then.new_to_sleeping += row.days
    else:
        then.active_to_sleeping += row.days
    if row.had_woken:
        then.reactivated_change -= row.days


def _count_in_time(book: dict[int, Month], row: Purchases) -> None:
    """They bought again before the threshold passed."""
    here = book[row.month]
    if row.ordinal == SECOND:
        here.new_to_active += row.days
        here.orders_new += row.orders
        book[row.earlier or row.month].converted_in_time += row.days
        return
    here.orders_active += row.orders
    if row.had_woken:
        here.reactivated_change -= row.days


def _count_asleep(here: Month, gone: FellAsleep) -> None:
    if gone.was_new:
        here.new_to_sleeping += gone.customers
        return
    here.active_to_sleeping += gone.customers
    if gone.was_reactivated:
        here.reactivated_change -= gone.customers


def _roll(first: int, last: int, by_month: dict[int, Month]) -> list[Month]:
    book: list[Month] = []
    before = Month(first - 1)
    for number in range(first, last + 1):
        here = by_month[number]
        here.month = number
        _close(before, here)
        book.append(here)
        before = here
    return book


def _close(before: Month, here: Month) -> None:
    here.opening_active = before.active
    here.base = before.base + here.first_purchases
    here.new = before.new + here.first_purchases - here.new_to_active - here.new_to_sleeping
    here.active = (
        before.active + here.new_to_active + here.sleeping_to_active - here.active_to_sleeping
    )
    here.sleeping = (
        before.sleeping + here.new_to_sleeping + here.active_to_sleeping - here.sleeping_to_active
    )
    here.reactivated = before.reactivated + here.reactivated_change


@dataclass(frozen=True)
class Kpis:
    """The four figures of a month; `is_mature` says whether the first is final."""

    new_to_active: float | None
    orders_per_active: float | None
    orders_from_woken: int
    churn_of_active: float | None
    is_mature: bool


def kpis_of(month: Month, threshold_days: int, as_of: date) -> Kpis:
    """Conversion of first buyers, orders an active customer, orders of the woken, churn."""
    mean_active = (month.opening_active + month.active) / 2
    ripe_on = months.last_day(month.month) + timedelta(days=threshold_days)
    return Kpis(
        new_to_active=_share(month.converted_in_time, month.first_purchases),
        orders_per_active=_share(month.orders_active, mean_active),
        orders_from_woken=month.orders_sleeping,
        churn_of_active=_share(month.active_to_sleeping, month.opening_active),
        is_mature=ripe_on <= as_of,
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
