"""A customer's level: by points earned in the last year, told by the entries (L17)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum

from crm.models import Customer
from loyalty.models import Entry, Program

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Level:
    """Where a customer stands; `name` is empty below the first level or without levels.

    `earned` counts points given for orders in the last 365 days less those taken back on
    refunds. `needed` is what is missing to `next_name` (empty at the top).
    """

    name: str
    earned: int
    threshold: int
    next_name: str
    next_threshold: int

    @property
    def needed(self) -> int:
        return max(self.next_threshold - self.earned, 0)


def earned_in_a_year(*, program: Program, customer: Customer, at: datetime) -> int:
    """Points for orders of the 365 days up to `at`, less what refunds took back."""
    entries = Entry.objects.within(program.workspace_id).filter(
        account__program=program,
        account__kind="issued",
        transaction__customer=customer,
        transaction__occurred_at__gt=at - YEAR,
        transaction__occurred_at__lte=at,
    )
    return -int(entries.aggregate(points=Sum("amount", default=0))["points"])


def level(*, program: Program, customer: Customer, at: datetime) -> Level:
    """The highest tier whose threshold is reached, and the next one."""
    earned = earned_in_a_year(program=program, customer=customer, at=at)
    tiers = list(program.tiers.order_by("threshold"))
    reached = [tier for tier in tiers if tier.threshold <= earned]
    ahead = [tier for tier in tiers if tier.threshold > earned]
    return Level(
        name=reached[-1].name if reached else "",
        earned=earned,
        threshold=reached[-1].threshold if reached else 0,
        next_name=ahead[0].name if ahead else "",
        next_threshold=ahead[0].threshold if ahead else 0,
    )
