"""Audit entries, written in the transaction of the change itself."""

from typing import Any

from core.models import AuditEntry, User
from core.scoping import Scope


def write(
    *,
    scope: Scope,
    action: str,
    target: Any,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    object_id: str = "",
) -> AuditEntry:
    """Say that the scope's actor did `action` (verb) to `target` (a saved model row).

    `object_id` is for rows whose primary key must not be shown.
    """
    return AuditEntry.unscoped.create(
        workspace_id=scope.workspace_id,
        actor_kind=scope.actor_kind,
        actor_id=scope.actor_id,
        actor_name=_actor_name(scope),
        action=action,
        object_kind=target._meta.label_lower,
        object_id=object_id or str(target.pk),
        before=before or {},
        after=after or {},
    )


def _actor_name(scope: Scope) -> str:
    if scope.actor_kind != "user":
        return f"{scope.actor_kind} {scope.actor_name}".strip()
    return str(User.objects.filter(pk=scope.actor_id).first() or "")
