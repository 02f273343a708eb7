"""Rows of the customer base as the API shows them; never a customer's total spend (R57)."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from core.api import Answer
from core.scoping import Scope
from crm.models import ConsentState, Customer, Identity, Order
from crm.refusals import fault
from crm.services.inputs import CREATED, REJECTED, Outcome

OWN = (
    "id", "first_name", "last_name", "gender", "city", "country", "language", "timezone", "custom",
)  # fmt: skip
OUTCOMES = ("created", "updated", "unchanged", "rejected")


def customers(scope: Scope, rows: Sequence[Customer]) -> list[dict[str, Any]]:
    """One more query for the identities of all rows."""
    found = Identity.objects.within(scope).filter(customer__in=[row.pk for row in rows])
    identities: dict[int, list[dict[str, str]]] = defaultdict(list)
    for one in found.order_by("kind", "system", "value"):
        identities[one.customer_id].append(
            {"kind": one.kind, "system": one.system, "value": one.value}
        )
    return [_customer(row, identities[row.pk]) for row in rows]


def version(row: Customer) -> str:
    """Changes with every change of the customer."""
    return row.updated_at.strftime("%Y%m%d%H%M%S%f")


def _customer(row: Customer, identities: list[dict[str, str]]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in OWN} | {
        "version": version(row),
        "birth_date": row.birth_date.isoformat() if row.birth_date else None,
        "registered_at": row.registered_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
        "identities": identities,
    }


def orders(rows: Sequence[Order]) -> list[dict[str, Any]]:
    return [
        {
            "id": row.pk,
            "external_id": row.external_id,
            "source": row.source,
            "placed_at": row.placed_at.isoformat(),
            "total": row.total,
            "refunded": row.refunded,
            "customer": row.customer_id,
        }
        for row in rows
    ]


def order(row: Order) -> dict[str, Any]:
    """One order with its lines."""
    lines = [
        {
            "position": line.position,
            "kind": line.kind,
            "sku": line.sku,
            "name": line.name,
            "quantity": str(line.quantity),
            "unit_price": str(line.unit_price),
            "amount": line.amount,
        }
        for line in row.lines.order_by("position")
    ]
    return orders([row])[0] | {"lines": lines}


def consents(scope: Scope, customer: Customer) -> list[dict[str, Any]]:
    states = ConsentState.objects.within(scope).filter(customer=customer)
    return [
        {"purpose": s.purpose, "channel": s.channel, "state": s.state, "since": s.since.isoformat()}
        for s in states.order_by("purpose", "channel")
    ]


def saved(outcome: Outcome) -> Answer:
    """The answer of a single upsert: 201 for a new row, 200 otherwise."""
    document = {"id": outcome.id, "external_id": outcome.external_id, "outcome": outcome.outcome}
    return Answer(201 if outcome.outcome == CREATED else 200, document)


def batch(outcomes: Sequence[Outcome]) -> Answer:
    """How many of each outcome, and every item's."""
    counts = Counter([outcome.outcome for outcome in outcomes])
    shown: dict[str, Any] = {name: counts[name] for name in OUTCOMES}
    return Answer(200, shown | {"results": [_result(outcome) for outcome in outcomes]})


def _result(outcome: Outcome) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "index": outcome.index,
        "external_id": outcome.external_id,
        "outcome": outcome.outcome,
        "id": outcome.id,
    }
    if outcome.outcome == REJECTED:
        named = fault(field=outcome.field, code=outcome.code)
        shown |= {"code": named["code"], "field": outcome.field}
        shown |= {"detail": named["message"], "fields": [named]}
    return shown
