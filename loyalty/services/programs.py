"""Opening a programme, changing its terms, switching it off and on."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from core.models import Workspace
from core.scoping import Scope, workspace_id_of
from core.services import audit, jobs
from loyalty.errors import NoProgram
from loyalty.models import Program, Tier

CATCH_UP = "loyalty.catch_up"


@dataclass(frozen=True)
class Terms:
    """What an order earns, when points become active, and how long they live.

    `base_percent` of the order's total, at `point_value` minor units a point. Points are active
    `activation_days` after the order and live `expiry_days` more (None: for ever).
    """

    name: str
    base_percent: Decimal
    activation_days: int = 0
    expiry_days: int | None = 365
    point_value: int = 100
    starts_on: date | None = None


@transaction.atomic
def open_program(
    *,
    tenant: "Scope | Workspace | int",
    terms: Terms,
    tiers: tuple[tuple[str, int], ...] = (),
) -> Program:
    """The workspace's programme, opened with these terms and (name, threshold) levels.

    One that is there already is left as it is. The database opens its accounts.
    """
    workspace_id = workspace_id_of(tenant)
    program, is_new = Program.unscoped.get_or_create(
        workspace_id=workspace_id, defaults=asdict(terms)
    )
    if is_new:
        Tier.unscoped.bulk_create(
            Tier(workspace_id=workspace_id, program=program, name=name, threshold=threshold)
            for name, threshold in tiers
        )
    return Program.unscoped.select_related("workspace").get(pk=program.pk)


@transaction.atomic
def change_terms(*, scope: Scope, terms: Terms) -> Program:
    """Change the terms for later orders; what was given stays as it is. Says so in the audit."""
    program: Program = (
        Program.objects.within(scope).select_for_update(of=("self",)).select_related("workspace")
    ).get()
    wanted, before, after = asdict(terms), {}, {}
    for field, value in wanted.items():
        if getattr(program, field) != value:
            before[field], after[field] = _plain(getattr(program, field)), _plain(value)
            setattr(program, field, value)
    if after:
        program.save(update_fields=list(after))
        audit.write(
            scope=scope, action="loyalty.terms_changed", target=program, before=before, after=after
        )
    return program


def settle(*, scope: Scope, terms: Terms) -> Program:
    """Open the workspace's programme with these terms, or change them if it is open."""
    if Program.objects.within(scope).exists():
        return change_terms(scope=scope, terms=terms)
    with transaction.atomic():
        program = open_program(tenant=scope, terms=terms)
        audit.write(
            scope=scope,
            action="loyalty.program_opened",
            target=program,
            after={field: _plain(value) for field, value in asdict(terms).items()},
        )
    return program


@transaction.atomic
def switch(*, scope: Scope, on: bool) -> Program:
    """Switch the programme off or on; one that is so already is left alone. Says so in the audit.

    While it is off no order earns and no points are spent; reversals, corrections by hand and
    expiry go on. Switched on, a job gives the points of the orders that came meanwhile.
    """
    found = Program.objects.within(scope).select_for_update(of=("self",))
    program: Program | None = found.select_related("workspace").first()
    if program is None:
        raise NoProgram
    if program.is_active == on:
        return program
    program.is_active = on
    program.save(update_fields=["is_active"])
    action = "loyalty.switched_on" if on else "loyalty.switched_off"
    audit.write(scope=scope, action=action, target=program)
    if on:
        jobs.ask(tenant=scope, kind=CATCH_UP)
    return program


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)
