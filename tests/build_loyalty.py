"""Builders of the programme and of the orders it pays for."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F

from core.clock import local_day
from core.models import Workspace
from crm.models import Customer, Order, Refund
from loyalty.models import Program, Tier, Transaction
from loyalty.selectors import programs
from loyalty.services import ledger
from tests import build


def program(within: Workspace | None = None, **fields: Any) -> Program:
    """5 % of an order, active at once, for 365 days, one point worth one unit of money."""
    terms: dict[str, Any] = {
        "name": "Club",
        "base_percent": Decimal(5),
        "activation_days": 0,
        "expiry_days": 365,
        "point_value": 100,
    }
    return Program.unscoped.create(workspace=within or build.workspace(), **(terms | fields))


def tier(of: Program, name: str, threshold: int) -> Tier:
    return Tier.unscoped.create(workspace=of.workspace, program=of, name=name, threshold=threshold)


def customer(within: Workspace, **fields: Any) -> Customer:
    return Customer.unscoped.create(workspace=within, **fields)


def rewarded(of: Program) -> Customer:
    """Somebody with 50 points in one lot."""
    made = customer(of.workspace)
    ledger.accrue(program=of, order=order(made, 100_000))
    return made


def order(who: Customer | None, total: int, *, at: datetime = build.NOON, **fields: Any) -> Order:
    """A purchase; `total` in minor units. A guest's order needs `workspace=`."""
    workspace = fields.pop("workspace", None) or (who.workspace if who else build.workspace())
    return Order.unscoped.create(
        workspace=workspace,
        customer=who,
        external_id=fields.pop("external_id", f"order-{build.number()}"),
        placed_at=at,
        placed_on=local_day(at, workspace.timezone),
        total=total,
        **fields,
    )


def day(number: int) -> datetime:
    """Noon of the n-th day after build.NOON."""
    return datetime(2024, 3, 1, 12, tzinfo=UTC) + timedelta(days=number)


def refund(of: Order, total: int, *, at: datetime, external_id: str = "") -> Refund:
    """Money given back for an order, and the order's sum of it, as the customer base keeps them."""
    made = Refund.unscoped.create(
        workspace=of.workspace,
        order=of,
        customer=of.customer,
        external_id=external_id or f"refund-{build.number()}",
        refunded_at=at,
        refunded_on=local_day(at, of.workspace.timezone),
        total=total,
    )
    Order.unscoped.filter(pk=of.pk).update(refunded=F("refunded") + total)
    return made


def adjustment(within: Workspace, points: int = 100) -> Transaction:
    """Points given by hand to somebody of the workspace, whose programme is opened if needed."""
    terms = programs.find(within) or program(within)
    posted = ledger.adjust(
        program=terms,
        customer_id=customer(within).pk,
        points=points,
        reason="late parcel",
        actor="user:0",
        key=f"built-{build.number()}",
        at=build.NOON,
    )
    return Transaction.unscoped.get(pk=posted.transaction_id)
