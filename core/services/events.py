"""Recording facts, inside the transaction they report on."""

from datetime import datetime
from typing import Any

from core.models import Event
from core.scoping import Scope, workspace_id_of


def record(
    *, tenant: "Scope | Any", name: str, at: datetime, payload: dict[str, Any] | None = None
) -> Event:
    """Write one fact. `payload` carries ids and small scalars, never contact data."""
    return Event.unscoped.create(
        workspace_id=workspace_id_of(tenant), name=name, occurred_at=at, payload=payload or {}
    )
