"""Orders by the caller's own ids: created, updated or left, a list at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from core.errors import InvalidInput
from core.scoping import Scope
from core.services import events
from crm.errors import RefundTooLarge, TotalsDiffer
from crm.refusals import at_field, wrong_field
from crm.rules.faults import Fault
from crm.services import customers, order_batches
from crm.services.inputs import (
    CREATED,
    REJECTED,
    UNCHANGED,
    UPDATED,
    CustomerInput,
    OrderInput,
    Outcome,
)
from crm.services.order_batches import Prepared, Written

MOST = 1_000


def upsert(
    *, scope: Scope, items: Sequence[OrderInput], at: datetime, source: str = "api"
) -> list[Outcome]:
    """Create or update up to 1,000 orders by (source, external id); one outcome an item, in order.

    A customer not known yet is created by that external id. The same order coming again is
    "unchanged". Codes of rejected items: totals_differ, refund_too_large (less than was already
    refunded), repeated_in_batch, missing, too_long, too_large, too_many_decimals, number,
    timezone_missing, hidden_sign.
    Records `crm.orders_changed` {"customer_ids", "order_ids"} when anything changed; of an order
    that went over to somebody else, both customers.
    """
    if len(items) > MOST:
        raise InvalidInput(fields=[{"field": "items", "code": "too_many", "message": str(MOST)}])
    outcomes: dict[int, Outcome] = {}
    ready = _prepared(items, outcomes)
    # No savepoint: whoever calls inside a transaction loses all of it to an error anyway.
    with transaction.atomic(savepoint=False):
        written = order_batches.upsert(scope.workspace, source, ready, at)
        if not written and _name_customers(scope, ready, outcomes, at):
            ready = [one for one in ready if one.index not in outcomes]
            written = order_batches.upsert(scope.workspace, source, ready, at)
        order_batches.write_lines(scope.workspace, ready, written)
        _say(scope, source, ready, written, outcomes)
        _record(scope, written, at)
    return [outcomes[index] for index in range(len(items))]


def upsert_one(*, scope: Scope, item: OrderInput, at: datetime, source: str = "api") -> Outcome:
    """The same for one; a rejection is raised (TotalsDiffer, RefundTooLarge, InvalidInput)."""
    outcome = upsert(scope=scope, items=[item], at=at, source=source)[0]
    if outcome.outcome != REJECTED:
        return outcome
    for refusal in (TotalsDiffer, RefundTooLarge):
        if outcome.code == refusal.code:
            raise at_field(refusal, outcome.field)
    raise wrong_field(field=outcome.field, code=outcome.code)


def _prepared(items: Sequence[OrderInput], outcomes: dict[int, Outcome]) -> list[Prepared]:
    ready: dict[str, Prepared] = {}
    for index, item in enumerate(items):
        name = item.external_id
        if name in ready:
            outcomes[index] = _rejected(index, item, "repeated_in_batch", "external_id")
            continue
        try:
            ready[name] = order_batches.prepare(index, item)
        except Fault as fault:
            outcomes[index] = _rejected(index, item, fault.code, fault.field)
    return list(ready.values())


def _rejected(index: int, item: OrderInput, code: str, field: str) -> Outcome:
    return Outcome(index, item.external_id, REJECTED, code=code, field=field)


def _name_customers(
    scope: Scope, ready: Sequence[Prepared], outcomes: dict[int, Outcome], at: datetime
) -> bool:
    """Create the customers nobody has and give every order its customer's id; was anybody new?"""
    pairs = sorted({_who(one) for one in ready if one.item.customer})
    known = order_batches.known_customers(scope.workspace, pairs)
    new = [pair for pair in pairs if pair not in known]
    people = [CustomerInput(external_id=customer, system=system) for system, customer in new]
    found = customers.upsert(scope=scope, items=people, at=at) if people else []
    made = dict(zip(new, found, strict=True))
    for one in ready:
        outcome = made.get(_who(one))
        one.customer = outcome.id if outcome else known.get(_who(one))
        if outcome and outcome.outcome == REJECTED:
            outcomes[one.index] = _rejected(one.index, one.item, outcome.code, "customer")
    return bool(new)


def _who(one: Prepared) -> tuple[str, str]:
    return one.item.system, one.item.customer or ""


def _say(
    scope: Scope,
    source: str,
    ready: Sequence[Prepared],
    written: Mapping[str, Written],
    outcomes: dict[int, Outcome],
) -> None:
    left = [one.item.external_id for one in ready if one.item.external_id not in written]
    known = order_batches.known(scope.workspace, source, left)
    for one in ready:
        name = one.item.external_id
        if row := written.get(name):
            said = Outcome(one.index, name, CREATED if row.is_new else UPDATED, row.id)
        elif known[name][1] == one.hash:
            said = Outcome(one.index, name, UNCHANGED, known[name][0])
        else:
            said = _rejected(one.index, one.item, RefundTooLarge.code, "total")
        outcomes[one.index] = said


def _record(scope: Scope, written: Mapping[str, Written], at: datetime) -> None:
    if not written:
        return
    people = {who for one in written.values() for who in (one.customer, one.customer_before)}
    payload = {
        "customer_ids": sorted(who for who in people if who),
        "order_ids": sorted(one.id for one in written.values()),
    }
    events.record(tenant=scope, name="crm.orders_changed", at=at, payload=payload)
