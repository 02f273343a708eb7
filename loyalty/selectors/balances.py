"""What a customer has, as of any instant: told by the entries, not by the stored balance (L21)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, Sum

from crm.models import Customer
from loyalty.models import Entry, Lot, Program
from loyalty.rules import calendar

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class _Left:
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
    entries = Entry.objects.within(program.workspace_id).filter(
        account__program=program, account__kind="customer", account__customer=customer,
        occurred_at__lte=at,
    )  # fmt: skip
    moved = list(entries.order_by("occurred_at").values_list("occurred_at", "amount"))
    ends = [at - timedelta(weeks=back) for back in range(weeks, -1, -1)]
    return [sum(amount for moment, amount in moved if moment <= end) for end in ends]


def balance(*, program: Program, customer: Customer, at: datetime) -> Balance:
    """The points of one customer as of `at`; burned ones are not there, booked or not."""
    zone = program.workspace.timezone
    lots = _open_lots(program, customer, at)
    pending = [lot for lot in lots if lot.active_from > at]
    return Balance(
        active=sum(lot.points for lot in lots) - sum(lot.points for lot in pending),
        pending=sum(lot.points for lot in pending),
        owed=-_debt(program, customer, at),
        burning=_by_last_day(lots, zone),
        never_burn=sum(lot.points for lot in lots if lot.expires_at is None),
        pending_on=calendar.local_day(min(lot.active_from for lot in pending), zone=zone)
        if pending
        else None,
    )


def _open_lots(program: Program, customer: Customer, at: datetime) -> list[_Left]:
    """Lots that had something left at `at` and had not burned; `points` says how much."""
    lots = Lot.objects.within(program.workspace_id).filter(
        Q(expires_at=None) | Q(expires_at__gt=at),
        account__program=program,
        account__customer=customer,
        account__kind="customer",
    )
    so_far = Sum("entries__amount", filter=Q(entries__occurred_at__lte=at), default=0)
    left = lots.annotate(points=so_far).filter(points__gt=0).order_by("expires_at", "id")
    return [_Left(*row) for row in left.values_list("points", "active_from", "expires_at")]


def _debt(program: Program, customer: Customer, at: datetime) -> int:
    entries = Entry.objects.within(program.workspace_id).filter(
        account__program=program,
        account__customer=customer,
        account__kind="debt",
        occurred_at__lte=at,
    )
    return int(entries.aggregate(points=Sum("amount", default=0))["points"])


def _by_last_day(lots: list[_Left], zone: str) -> tuple[Burning, ...]:
    days: dict[date, int] = {}
    for lot in lots:
        if lot.expires_at is not None:
            last_on = calendar.local_day(lot.expires_at - INSTANT, zone=zone)
            days[last_on] = days.get(last_on, 0) + lot.points
    return tuple(Burning(day, points) for day, points in sorted(days.items()))
