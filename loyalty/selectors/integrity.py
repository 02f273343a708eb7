"""What the integrity page reads: the checks done, the size of the books, papers without an order."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum

from core.models import Job
from core.scoping import Scope
from crm.models import Refund
from loyalty.models import Account, Entry, Lot, Transaction

CHECK = "loyalty.check"
SHOWN = 10


@dataclass(frozen=True)
class Alone:
    """Refunds whose order is not known: their points were not touched."""

    latest: tuple[Refund, ...]
    count: int
    total: int


def checks(scope: Scope) -> "QuerySet[Job, Any]":
    """The workspace's latest checks, newest first."""
    rows: QuerySet[Job, Any] = Job.objects.within(scope).filter(kind=CHECK)
    return rows.order_by("-id")[:SHOWN]


def refunds_alone(scope: Scope) -> Alone:
    """Refunds with a customer and without an order, the latest first."""
    rows = Refund.objects.within(scope).filter(order=None, customer__isnull=False)
    sums = rows.aggregate(total=Sum("total", default=0))
    return Alone(tuple(rows.order_by("-refunded_at")[:SHOWN]), rows.count(), sums["total"])


def sizes(workspace_id: int) -> dict[str, int]:
    """How much there is to check in a workspace's books."""
    return {
        "transactions": Transaction.objects.within(workspace_id).count(),
        "entries": Entry.objects.within(workspace_id).count(),
        "lots": Lot.objects.within(workspace_id).count(),
        "accounts": Account.objects.within(workspace_id).filter(customer__isnull=False).count(),
    }
