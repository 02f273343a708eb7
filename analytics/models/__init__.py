"""Derived tables, safe to drop and rebuild."""

from analytics.models.books import CohortCell, GapCount, LifecycleMonth, TransitionCount
from analytics.models.snapshots import Snapshot
from analytics.models.stats import CustomerStats, DirtyCustomer

__all__ = [
    "CohortCell", "CustomerStats", "DirtyCustomer", "GapCount", "LifecycleMonth", "Snapshot",
    "TransitionCount",
]  # fmt: skip
