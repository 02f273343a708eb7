"""A customer's level: by points earned in the last year, told by the entries (L17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from crm.models import Customer
from loyalty.models import Entry, Program, Transaction

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Level:
    """Where a customer stands; `name` is empty below the first level or without levels.

    `earned` counts points given for orders in the last 365 days less those taken back on
    refunds of them. `needed` is what is missing to `next_name` (empty at the top).
    """

    name: str
    earned: int
    threshold: int
    next_name: str
    next_threshold: int

    @property
    def needed(self) -> int:
        return max(self.next_threshold - self.earned, 0)


def earned_in_a_year(*, program: Program, customer: Customer, at: datetime) -> QuerySet[Any, Any]:
    """The customer's transactions of the 365 days up to `at`, each with the points it `earned`:
    those given for orders, less what refunds took back of them. A refund counts while what it
    takes back does, else it would outlive that and leave less than nothing.

    It begins with the customer: planners that begin with the programme's side read all its entries.
    """
    entries = Entry.objects.within(program.workspace_id).filter(
        transaction=OuterRef("pk"), account__program=program, account__kind="issued"
    )
    issued = entries.order_by().values("transaction").values(points=Sum("amount"))
    rows: QuerySet[Any, Any] = Transaction.objects.within(program.workspace_id).annotate(
        earned=-Coalesce(Subquery(issued), 0)
    )
    since = Coalesce(F("reverses__occurred_at"), F("occurred_at"))
    found: QuerySet[Any, Any] = rows.annotate(since=since).filter(
        program=program, customer=customer, since__gt=at - YEAR, occurred_at__lte=at
    )
    return found


def level(*, program: Program, customer: Customer, at: datetime) -> Level:
    """The highest tier whose threshold is reached, and the next one."""
    earned = earned_in_a_year(program=program, customer=customer, at=at)
    points = sum(earned.values_list("earned", flat=True))
    return level_at(points, list(program.tiers.values_list("threshold", "name")))


def level_at(earned: int, tiers: Sequence[tuple[int, str]]) -> Level:
    """The level of so many points among (threshold, name)."""
    reached = [tier for tier in sorted(tiers) if tier[0] <= earned]
    ahead = [tier for tier in sorted(tiers) if tier[0] > earned]
    threshold, name = reached[-1] if reached else (0, "")
    next_threshold, next_name = ahead[0] if ahead else (0, "")
    return Level(name, earned, threshold, next_name, next_threshold)
