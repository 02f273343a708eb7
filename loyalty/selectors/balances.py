"""What a customer has, as of any instant: told by the entries, not by the stored balance (L21)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum

from crm.models import Customer
from loyalty.models import Entry, Lot, Program
from loyalty.rules import calendar

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Left:
    """What a lot still holds."""

    points: int
    active_from: datetime
    expires_at: datetime | None


@dataclass(frozen=True)
class Burning:
    """Points that may be spent up to and including a local day."""

    last_on: date
    points: int


@dataclass(frozen=True)
class Balance:
    """Points of a customer at an instant.

    `active` may be spent; `pending` become active on `pending_on` at the earliest; `owed` is debt
    that later accruals repay first. `burning` sums the active and pending ones by their last day,
    the earliest first; `never_burn` are those without one.
    """

    active: int
    pending: int
    owed: int
    burning: tuple[Burning, ...]
    never_burn: int
    pending_on: date | None

    @property
    def total(self) -> int:
        return self.active + self.pending


NOTHING = Balance(active=0, pending=0, owed=0, burning=(), never_burn=0, pending_on=None)


def by_week(*, program: Program, customer: Customer, at: datetime, weeks: int) -> list[int]:
    """Points on the account at the end of each of the last weeks, and at the instant itself."""
    found = moves(program=program, customer=customer, at=at)
    return ends_of_weeks(list(found.values_list("occurred_at", "amount")), at=at, weeks=weeks)


def ends_of_weeks(moved: Sequence[tuple[datetime, int]], *, at: datetime, weeks: int) -> list[int]:
    """The running sum of moves at the end of each of the last weeks, and at the instant itself."""
    ends = [at - timedelta(weeks=back) for back in range(weeks, -1, -1)]
    return [sum(amount for moment, amount in moved if moment <= end) for end in ends]


def balance(*, program: Program, customer: Customer, at: datetime) -> Balance:
    """The points of one customer as of `at`; burned ones are not there, booked or not."""
    lots = open_lots(program=program, customer=customer, at=at)
    left = lots.values_list("left", "active_from", "expires_at")
    owed = debts(program=program, customer=customer, at=at).aggregate(
        points=Sum("amount", default=0)
    )["points"]
    return balance_of([Left(*row) for row in left], owed, at=at, zone=program.workspace.timezone)


def balance_of(lots: Sequence[Left], debt: int, *, at: datetime, zone: str) -> Balance:
    """The balance that open lots and the debt account make."""
    pending = [lot for lot in lots if lot.active_from > at]
    return Balance(
        active=sum(lot.points for lot in lots) - sum(lot.points for lot in pending),
        pending=sum(lot.points for lot in pending),
        owed=-debt,
        burning=_by_last_day(lots, zone),
        never_burn=sum(lot.points for lot in lots if lot.expires_at is None),
        pending_on=calendar.local_day(min(lot.active_from for lot in pending), zone=zone)
        if pending
        else None,
    )


def open_lots(*, program: Program, customer: Customer, at: datetime) -> QuerySet[Any, Any]:
    """Lots that had something left at `at` and had not burned; `left` says how much."""
    lots: QuerySet[Any, Any] = Lot.objects.within(program.workspace_id).filter(
        Q(expires_at=None) | Q(expires_at__gt=at),
        account__program=program,
        account__customer=customer,
        account__kind="customer",
    )
    so_far = Sum("entries__amount", filter=Q(entries__occurred_at__lte=at), default=0)
    left: QuerySet[Any, Any] = lots.annotate(left=so_far).filter(left__gt=0)
    return left


def moves(*, program: Program, customer: Customer, at: datetime) -> QuerySet[Entry, Any]:
    """Entries of the customer's points up to `at`."""
    return _entries(program, customer, at).filter(account__kind="customer")


def debts(*, program: Program, customer: Customer, at: datetime) -> QuerySet[Entry, Any]:
    """Entries of what the customer owes, up to `at`."""
    return _entries(program, customer, at).filter(account__kind="debt")


def _entries(program: Program, customer: Customer, at: datetime) -> QuerySet[Entry, Any]:
    found: QuerySet[Entry, Any] = Entry.objects.within(program.workspace_id)
    return found.filter(account__program=program, account__customer=customer, occurred_at__lte=at)


def _by_last_day(lots: Sequence[Left], zone: str) -> tuple[Burning, ...]:
    days: dict[date, int] = {}
    for lot in lots:
        if lot.expires_at is not None:
            last_on = calendar.local_day(lot.expires_at - INSTANT, zone=zone)
            days[last_on] = days.get(last_on, 0) + lot.points
    return tuple(Burning(day, points) for day, points in sorted(days.items()))
