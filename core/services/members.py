"""Who stays in a workspace: its last owner is neither demoted, nor sent away, nor switched off."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.errors import LastOwner
from core.models import Membership, User, Workspace, standing

OWNER = Q(role=Membership.Role.OWNER, user__is_active=True)


def last_owners(*, at: datetime) -> QuerySet[Membership]:
    """Owners of today whose workspace has no other that stays: active, and without an end."""
    others = Membership.unscoped.filter(
        OWNER, expires_at=None, workspace=OuterRef("workspace")
    ).exclude(pk=OuterRef("pk"))
    return Membership.unscoped.filter(OWNER, standing(at)).filter(~Exists(others))


def require_an_owner_after(*, membership: Membership, at: datetime) -> None:
    """Refuse a role or an end, not saved yet, that leaves the workspace without an owner."""
    if membership.role == Membership.Role.OWNER and membership.expires_at is None:
        return
    before = last_owners(at=at).filter(pk=membership.pk)
    # A last owner whose time is counted already may be saved as they are.
    if before.exclude(role=membership.role, expires_at=membership.expires_at).exists():
        raise LastOwner


def require_owners_without(*, person: User, at: datetime) -> None:
    """Refuse what takes this person out of every workspace, where one has no other owner."""
    if last_owners(at=at).filter(user=person).exists():
        raise LastOwner


@transaction.atomic
def save(*, membership: Membership, at: datetime) -> None:
    """A new member, or a member's new role or end."""
    _hold([membership.workspace_id])
    require_an_owner_after(membership=membership, at=at)
    membership.save()


@transaction.atomic
def remove(*, membership: Membership, at: datetime) -> None:
    _hold([membership.workspace_id])
    if last_owners(at=at).filter(pk=membership.pk).exists():
        raise LastOwner
    membership.delete()


@transaction.atomic
def save_person(*, person: User, at: datetime) -> None:
    """What is known of a person; one who may not sign in owns nothing."""
    if not person.is_active:
        _hold(_owned_by(person))
        require_owners_without(person=person, at=at)
    person.save()


@transaction.atomic
def remove_person(*, person: User, at: datetime) -> None:
    """Forget a person and their roles; what they did stays, with their name in the audit log."""
    _hold(_owned_by(person))
    require_owners_without(person=person, at=at)
    person.delete()


def _owned_by(person: User) -> QuerySet[Membership, int]:
    mine = Membership.unscoped.filter(user=person, role=Membership.Role.OWNER)
    return mine.values_list("workspace_id", flat=True)


def _hold(workspaces: Iterable[int]) -> None:
    """Two owners leave a workspace one after the other; rows that name it are written meanwhile."""
    held = Workspace.objects.filter(pk__in=workspaces).order_by("pk")
    list(held.select_for_update(no_key=True).values_list("pk", flat=True))
