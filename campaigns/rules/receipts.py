"""What became of an accepted message, folded from facts that come late, twice or out of order.

Each kind keeps its earliest time, so the fold is commutative, associative and idempotent (in SQL:
`LEAST(old, new)` a column). The stage is the furthest kind reached: sent < delivered < read <
clicked; bounce and complaint are flags beside it.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a receipt can say."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    CLICKED = "clicked"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


STAGES = (Kind.SENT, Kind.DELIVERED, Kind.READ, Kind.CLICKED)
FLAGS = (Kind.BOUNCED, Kind.COMPLAINED)


@dataclass(frozen=True, slots=True)
class Receipts:
    """The earliest instant of each kind."""

    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    read_at: datetime | None = None
    clicked_at: datetime | None = None
    bounced_at: datetime | None = None
    complained_at: datetime | None = None

    @property
    def stage(self) -> Kind | None:
        """The furthest stage reached."""
        reached = [kind for kind in STAGES if getattr(self, f"{kind}_at") is not None]
        return reached[-1] if reached else None

    @property
    def first_read_at(self) -> datetime | None:
        """When it was first known to be read: a click is a read, also where no pixel loaded."""
        return _earliest(self.read_at, self.clicked_at)


def apply(receipts: Receipts, kind: Kind, at: datetime) -> Receipts:
    """The receipts with one more fact."""
    return merge(receipts, Receipts(**{f"{kind}_at": at}))


def merge(one: Receipts, other: Receipts) -> Receipts:
    """Both sets of facts together."""
    names = [field.name for field in fields(Receipts)]
    return Receipts(**{name: _earliest(getattr(one, name), getattr(other, name)) for name in names})


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)
