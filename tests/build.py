"""Builders of the kernel's rows: one typed function a model, sensible defaults, no surprises."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from core.models import ApiKey, AuditEntry, Event, IdempotentRequest, Job, Membership, User
from core.models import Workspace as WorkspaceModel
from core.permissions import API_SCOPES, permissions_of
from core.scoping import Scope
from core.services import audit, events, jobs, keys

PASSWORD = "correct horse battery staple"
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
_numbers = count(1)


def number() -> int:
    """The next number of this run, for names that must differ."""
    return next(_numbers)


def workspace(name: str = "Shop", **fields: Any) -> WorkspaceModel:
    fields.setdefault("slug", f"shop-{number()}")
    return WorkspaceModel.objects.create(name=name, **fields)


def user(email: str = "", *, password: str | None = PASSWORD, **fields: Any) -> User:
    return User.objects.create_user(email or f"person-{number()}@example.org", password, **fields)


def superuser(email: str = "") -> User:
    return User.objects.create_superuser(email or f"root-{number()}@example.org", PASSWORD)


def membership(
    *,
    within: WorkspaceModel,
    who: User | None = None,
    role: str = "owner",
    expires_at: datetime | None = None,
) -> Membership:
    return Membership.unscoped.create(
        workspace=within, user=who or user(password=None), role=role, expires_at=expires_at
    )


def member(within: WorkspaceModel, role: str = "owner") -> User:
    """A person with a role in a workspace, for `force_login`: hashing a password takes long."""
    return membership(within=within, role=role).user


def scope(within: WorkspaceModel | None = None, role: str = "owner") -> Scope:
    """The scope of a new person with that role."""
    home = within or workspace()
    person = member(home, role)
    return Scope(
        workspace=home,
        role=role,
        actor_kind="user",
        actor_id=person.pk,
        permissions=permissions_of(role),
    )


def api_key(
    *,
    within: WorkspaceModel,
    scopes: frozenset[str] | None = None,
    name: str = "till",
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A key and its secret as the integrator gets it; without `scopes` it carries all."""
    issued = keys.issue(
        scope=scope(within),
        name=name,
        scopes=API_SCOPES if scopes is None else scopes,
        expires_at=expires_at,
    )
    return issued.key, issued.secret


def job(
    *, within: WorkspaceModel, kind: str = "test.nothing", unique_key: str | None = None
) -> Job:
    return jobs.ask(tenant=within, kind=kind, title="A job", unique_key=unique_key)


def event(
    *,
    within: WorkspaceModel,
    name: str = "test.happened",
    at: datetime = NOON,
    payload: dict[str, Any] | None = None,
) -> Event:
    made = events.record(tenant=within, name=name, at=at, payload=payload)
    return Event.unscoped.get(pk=made)


def audit_entry(*, within: WorkspaceModel, action: str = "renamed") -> AuditEntry:
    return audit.write(
        scope=scope(within),
        action=action,
        target=within,
        before={"name": "Shop"},
        after={"name": "Store"},
    )


def idempotent_request(*, within: WorkspaceModel, key: str = "") -> IdempotentRequest:
    return IdempotentRequest.unscoped.create(
        workspace=within,
        actor="key:test",
        endpoint="POST test",
        key=key or f"key-{number()}",
        body_hash=b"\0" * 32,
        locked_until=NOON,
    )
