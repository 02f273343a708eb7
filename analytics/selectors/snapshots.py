"""Finds the snapshot that readers follow, and its customers."""

from typing import cast

from django.db.models import QuerySet

from analytics.models import CustomerStats, Snapshot
from core.scoping import Scope


def latest(tenant: "Scope | int") -> Snapshot | None:
    """The newest published snapshot of a workspace, or None before the first run."""
    published = Snapshot.objects.within(tenant).filter(published_at__isnull=False)
    return cast("Snapshot | None", published.order_by("-pk").first())


def customers_of(tenant: "Scope | int", snapshot: Snapshot) -> QuerySet[CustomerStats]:
    """The rows that a snapshot sees; none when its customers are no longer kept."""
    found = CustomerStats.objects.within(tenant).filter(
        generation=snapshot.generation, since__lte=snapshot.version, until__gt=snapshot.version
    )
    return cast("QuerySet[CustomerStats]", found)
