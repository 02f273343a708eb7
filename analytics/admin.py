"""Computed numbers in the admin, to look at.

`CustomerStats` is not here: its key is composite, which the admin cannot show; the customer's
card has its numbers.
"""

from analytics.models import (
    CohortCell,
    DirtyCustomer,
    GapCount,
    LifecycleMonth,
    Snapshot,
    TransitionCount,
)
from core.admin import read_only

read_only(
    Snapshot, show="id workspace as_of method threshold_name threshold_days published_at",
    find="id__exact",
)  # fmt: skip
read_only(LifecycleMonth, show="id workspace month base new active sleeping", find="month__exact")
read_only(CohortCell, show="id workspace cohort offset customers revenue", find="cohort__exact")
read_only(GapCount, show="id workspace days gaps", find="days__exact")
read_only(
    TransitionCount, show="id workspace threshold_days month earlier ordinal woke days orders",
    find="month__exact",
)  # fmt: skip
read_only(DirtyCustomer, show="id workspace customer", find="customer__id__exact")
