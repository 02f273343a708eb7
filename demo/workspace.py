"""The demo's workspace, its people and its integrator's key; made once, found again later."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from core.models import Job, Membership, User, Workspace
from core.permissions import API_SCOPES, permissions_of
from core.scoping import Scope
from core.services import jobs, keys
from loyalty.services.programs import Terms, open_program

SLUG = "demo"
# Five percent back; points wait two weeks for a return of the goods, then live for a quarter.
TERMS = Terms("Бонусы", Decimal(5), activation_days=14, expiry_days=90, point_value=1)
LEVELS = (("Бронза", 0), ("Серебро", 2_500), ("Золото", 10_000))
PEOPLE = {"owner": "Анна", "marketer": "Борис", "analyst": "Вера"}


@dataclass(frozen=True)
class Login:
    """A demo login, in clear: it exists only on this machine and is written to a 0600 file."""

    role: str
    email: str
    password: str


@transaction.atomic
def prepare(*, known: dict[str, Any], at: datetime, shift: bool = True) -> dict[str, Any]:
    """Make what is missing of the demo and ask for its loading.

    `known` is the content of an earlier demo.json ({} at first): its passwords and key are kept.
    Returns {"workspace", "logins": [{"role", "email", "password"}], "api_key", "job"}.
    """
    workspace = _workspace()
    open_program(tenant=workspace, terms=TERMS, tiers=LEVELS)
    logins = [_login(workspace, role, name, known) for role, name in PEOPLE.items()]
    job = _ask_loading(workspace, at, shift=shift)
    return {
        "workspace": workspace.slug,
        "logins": [vars(login) for login in logins],
        "api_key": known.get("api_key") or _key(workspace),
        "job": job.pk,
    }


def _workspace() -> Workspace:
    workspace, _ = Workspace.objects.get_or_create(
        slug=SLUG,
        defaults={
            "name": "Online Retail",
            "timezone": "Europe/London",
            "currency": "GBP",
            "phone_region": "GB",
            "is_demo": True,
        },
    )
    return workspace


def _login(workspace: Workspace, role: str, name: str, known: dict[str, Any]) -> Login:
    """A person of a role: the password known before, or a new one when it is lost."""
    email = f"{role}@demo.example"
    earlier = {each["email"]: each["password"] for each in known.get("logins", [])}
    password = earlier.get(email) or secrets.token_urlsafe(9)
    user = User.objects.filter(email=email).first() or User(email=email, first_name=name)
    user.is_staff = user.is_superuser = role == "owner"
    if not user.pk or email not in earlier:
        user.set_password(password)
    user.save()
    Membership.unscoped.get_or_create(user=user, workspace=workspace, defaults={"role": role})
    return Login(role=role, email=email, password=password)


def _key(workspace: Workspace) -> str:
    scope = Scope(workspace=workspace)
    return keys.issue(scope=scope, name="demo", scopes=API_SCOPES).secret


def _ask_loading(workspace: Workspace, at: datetime, *, shift: bool) -> Job:
    return jobs.ask(
        tenant=workspace,
        kind="demo",
        params={"at": at.isoformat(), "shift": shift},
        title="Online Retail",
        unique_key="demo",
    )


def owner_scope(workspace: Workspace) -> Scope:
    """The demo's owner, as whom the story is told."""
    member = Membership.unscoped.get(workspace=workspace, role="owner")
    return Scope(
        workspace=workspace,
        role="owner",
        actor_kind="user",
        actor_id=member.user_id,
        permissions=permissions_of("owner"),
    )
