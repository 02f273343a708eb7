"""What the published numbers say about one customer."""

from dataclasses import dataclass
from datetime import date

from analytics.models import CustomerStats
from analytics.selectors import snapshots
from crm.models import Customer


@dataclass(frozen=True)
class Segments:
    """A customer's cell, segment and lifecycle state on a day; `name` "" before a purchase."""

    as_of: date
    name: str = ""
    state: str = ""
    r: int = 0
    f: int = 0
    m: int = 0
    is_reactivated: bool = False


def segments_of(customer: Customer) -> Segments | None:
    """The customer's place in the newest published snapshot; None before the first run."""
    snapshot = snapshots.latest(customer.workspace_id)
    if snapshot is None:
        return None
    row = (
        CustomerStats.objects.within(customer.workspace_id)
        .filter(snapshot_id=snapshot.pk, customer_id=customer.pk)
        .first()
    )
    if row is None:
        return Segments(as_of=snapshot.as_of)
    return Segments(
        as_of=snapshot.as_of,
        name=row.segment,
        state=row.state,
        r=row.r,
        f=row.f,
        m=row.m,
        is_reactivated=row.is_reactivated,
    )
