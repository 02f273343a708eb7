"""Derived tables, safe to drop and rebuild."""

from analytics.models.books import CohortCell, GapCount, LifecycleMonth
from analytics.models.snapshots import RfmScore, Snapshot
from analytics.models.stats import CustomerStats, DirtyCustomer

__all__ = [
    "CohortCell", "CustomerStats", "DirtyCustomer", "GapCount", "LifecycleMonth", "RfmScore",
    "Snapshot",
]  # fmt: skip
