"""Finds the snapshot that readers follow."""

from typing import cast

from analytics.models import Snapshot
from core.scoping import Scope


def latest(tenant: "Scope | int") -> Snapshot | None:
    """The newest published snapshot of a workspace, or None before the first run."""
    published = Snapshot.objects.within(tenant).filter(published_at__isnull=False)
    return cast("Snapshot | None", published.order_by("-pk").first())
