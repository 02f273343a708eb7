"""Keeps the books up with the orders: what was bought earns, what came back is taken back."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core.scoping import workspace_id_of
from core.services import events
from loyalty.models import Program
from loyalty.services import accruing, expiring, reversing, turns
from loyalty.services.accruing import Moved
from loyalty.services.order_sets import EVERY_ORDER, OrderSet


@dataclass(frozen=True)
class Followed:
    """What following the orders posted."""

    accrued: Moved
    reversed: Moved
    expired_lots: int = 0


@transaction.atomic
def follow_orders(*, program: Program, orders: OrderSet, at: datetime) -> Followed:
    """Accrue and take back for a set of orders; both always, so their facts may come in any order.

    Records `loyalty.points_accrued` {"transactions", "points"} when points were given.
    """
    if orders.is_large:
        turns.take(workspace_id=program.workspace_id)
    accrued = accruing.accrue_orders(program=program, orders=orders)
    taken = reversing.reverse_orders(program=program, orders=orders)
    if accrued.transactions:
        events.record(
            tenant=program.workspace_id,
            name="loyalty.points_accrued",
            at=at,
            payload={"transactions": accrued.transactions, "points": accrued.points},
        )
    return Followed(accrued, taken)


def catch_up(*, program: Program, at: datetime) -> Followed:
    """Follow every order of the workspace and book what has burned by `at`. Idempotent."""
    followed = follow_orders(program=program, orders=EVERY_ORDER, at=at)
    expired = expiring.expire_due(tenant=workspace_id_of(program.workspace_id), at=at)
    return Followed(followed.accrued, followed.reversed, expired)
