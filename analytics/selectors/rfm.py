"""The RFM matrix of a snapshot, added up from the figures kept with it."""

from collections import Counter
from dataclasses import dataclass

from analytics.models import Snapshot
from analytics.rules.segments import SEGMENTS, segment_of


@dataclass(frozen=True)
class SegmentTotals:
    """One segment: how many, what they brought (minor units, gross and refunded), how long ago."""

    name: str
    customers: int = 0
    orders: int = 0
    revenue: int = 0
    refunded: int = 0
    recency: int = 0

    @property
    def mean_recency(self) -> float | None:
        return self.recency / self.customers if self.customers else None

    @property
    def mean_orders(self) -> float | None:
        return self.orders / self.customers if self.customers else None

    @property
    def average_check(self) -> float | None:
        """Minor units an order."""
        return self.revenue / self.orders if self.orders else None


@dataclass(frozen=True)
class Group:
    """Customers of one cell of the segment map (r, f) in one lifecycle state."""

    r: int
    f: int
    state: str
    customers: int
    orders: int
    revenue: int
    refunded: int
    recency: int

    @property
    def segment(self) -> str:
        return segment_of(self.r, self.f)


_SUMS = ("customers", "orders", "revenue", "refunded", "recency")


def groups(snapshot: Snapshot) -> list[Group]:
    return [Group(*row) for row in snapshot.figures.get("groups", [])]


def segments(snapshot: Snapshot) -> list[SegmentTotals]:
    """All ten segments, best first, empty ones too."""
    found = groups(snapshot)
    return [_total(name, [group for group in found if group.segment == name]) for name in SEGMENTS]


def whole(snapshot: Snapshot) -> SegmentTotals:
    """The whole base."""
    return _total("", groups(snapshot))


def _total(name: str, found: list[Group]) -> SegmentTotals:
    sums = {key: sum(getattr(group, key) for group in found) for key in _SUMS}
    return SegmentTotals(name, **sums)


def cells(snapshot: Snapshot) -> dict[tuple[int, int, int], int]:
    """Customers by (r, f, m); cells without customers are left out."""
    return {(r, f, m): customers for r, f, m, customers in snapshot.figures.get("cells", [])}


def matrix(snapshot: Snapshot) -> dict[tuple[int, int], SegmentTotals]:
    """The 25 cells of the segment map."""
    found = groups(snapshot)
    return {
        (r, f): _total(segment_of(r, f), [g for g in found if (g.r, g.f) == (r, f)])
        for r in range(1, 6)
        for f in range(1, 6)
    }


def states(snapshot: Snapshot) -> dict[str, int]:
    """Customers by lifecycle state."""
    counted: Counter[str] = Counter()
    for group in groups(snapshot):
        counted[group.state] += group.customers
    return dict(counted)
