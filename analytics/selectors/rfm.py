"""The RFM matrix of a snapshot, added up from the figures kept with it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from analytics.models import Snapshot
from analytics.rules.segments import SEGMENTS


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


_SUMS = ("customers", "orders", "revenue", "refunded", "recency")


def segments(snapshot: Snapshot) -> list[SegmentTotals]:
    """All ten segments, best first, empty ones too."""
    sums: dict[str, Counter[str]] = {name: Counter() for name in SEGMENTS}
    for group in groups(snapshot):
        sums[group["segment"]].update({name: group[name] for name in _SUMS})
    return [
        SegmentTotals(name, **{key: found[key] for key in _SUMS}) for name, found in sums.items()
    ]


def cells(snapshot: Snapshot) -> dict[tuple[int, int, int], int]:
    """Customers by (r, f, m); cells without customers are left out."""
    counted: Counter[tuple[int, int, int]] = Counter()
    for group in groups(snapshot):
        counted[group["r"], group["f"], group["m"]] += group["customers"]
    return dict(sorted(counted.items()))


def states(snapshot: Snapshot) -> dict[str, int]:
    """Customers by lifecycle state."""
    counted: Counter[str] = Counter()
    for group in groups(snapshot):
        counted[group["state"]] += group["customers"]
    return dict(counted)


def groups(snapshot: Snapshot) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = snapshot.figures.get("groups", [])
    return found
