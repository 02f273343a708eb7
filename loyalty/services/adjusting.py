"""Points changed by a member of the team: the operation, and the audit entry that says so."""

from datetime import datetime

from django.db import transaction

from core.scoping import Scope
from core.services import audit
from crm.models import Customer
from loyalty.models import Program, Transaction
from loyalty.services import ledger
from loyalty.services.ledger import Posted


@transaction.atomic
def adjust(
    *,
    scope: Scope,
    program: Program,
    customer: Customer,
    points: int,
    reason: str,
    key: str,
    at: datetime,
) -> Posted:
    """Give (> 0) or take (< 0) points and write who did it and why, once a `key`."""
    posted = ledger.adjust(
        program=program, customer_id=customer.pk, points=points, reason=reason,
        actor=_actor(scope), key=key, at=at,
    )  # fmt: skip
    if not posted.is_replay:
        audit.write(
            scope=scope,
            action="loyalty.points_adjusted",
            target=customer,
            after={"points": points, "reason": reason, "operation": posted.transaction_id},
        )
    return posted


@transaction.atomic
def undo(
    *, scope: Scope, program: Program, adjustment: Transaction, reason: str, at: datetime
) -> Posted:
    """Undo an adjustment once and write who did it."""
    posted = ledger.undo_adjust(
        program=program, adjustment=adjustment, reason=reason, actor=_actor(scope), at=at
    )
    if not posted.is_replay:
        audit.write(
            scope=scope,
            action="loyalty.adjustment_undone",
            target=adjustment.customer,
            after={"operation": adjustment.pk, "undone_by": posted.transaction_id},
        )
    return posted


def _actor(scope: Scope) -> str:
    return f"{scope.actor_kind}:{scope.actor_id}"
