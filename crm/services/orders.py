"""Orders by the caller's own ids: created, updated or left, a list at a time."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from core.errors import InvalidInput
from core.scoping import Scope
from core.services import events
from crm.errors import RefundTooLarge, TotalsDiffer
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
from crm.services.order_batches import Prepared

MOST = 1_000


def upsert(
    *, scope: Scope, items: Sequence[OrderInput], at: datetime, source: str = "api"
) -> list[Outcome]:
    """Create or update up to 1,000 orders by (source, external id); one outcome an item, in order.

    A customer not known yet is created by that external id. The same order coming again is
    "unchanged". Codes of rejected items: totals_differ, refund_too_large (less than was already
    refunded), repeated_in_batch, missing, too_long, too_large, number, timezone_missing.
    Records `crm.orders_changed` {"customer_ids", "order_ids"} when anything changed.
    """
    if len(items) > MOST:
        raise InvalidInput(fields=[{"field": "items", "code": "too_many", "message": str(MOST)}])
    outcomes: dict[int, Outcome] = {}
    ready = _prepared(items, outcomes)
    with transaction.atomic():
        _name_customers(scope, ready, outcomes, at)
        ready = [one for one in ready if one.index not in outcomes]
        written = order_batches.upsert(scope.workspace, source, ready, at) if ready else {}
        order_batches.write_lines(scope.workspace, ready, written)
        _say(scope, source, ready, written, outcomes)
        _record(scope, ready, written, at)
    return [outcomes[index] for index in range(len(items))]


def upsert_one(*, scope: Scope, item: OrderInput, at: datetime, source: str = "api") -> Outcome:
    """The same for one; a rejection is raised (TotalsDiffer, RefundTooLarge, InvalidInput)."""
    outcome = upsert(scope=scope, items=[item], at=at, source=source)[0]
    if outcome.outcome != REJECTED:
        return outcome
    for refusal in (TotalsDiffer, RefundTooLarge):
        if outcome.code == refusal.code:
            raise refusal
    raise InvalidInput(
        fields=[{"field": outcome.field, "code": outcome.code, "message": outcome.code}]
    )


def _prepared(items: Sequence[OrderInput], outcomes: dict[int, Outcome]) -> list[Prepared]:
    ready: dict[str, Prepared] = {}
    for index, item in enumerate(items):
        try:
            ready[item.external_id] = _first_of_its_name(index, item, ready)
        except Fault as fault:
            outcomes[index] = Outcome(
                index, item.external_id, REJECTED, code=fault.code, field=fault.field
            )
    return list(ready.values())


def _first_of_its_name(index: int, item: OrderInput, ready: dict[str, Prepared]) -> Prepared:
    if item.external_id in ready:
        raise Fault("repeated_in_batch", "external_id")
    return order_batches.prepare(index, item)


def _name_customers(
    scope: Scope, ready: Sequence[Prepared], outcomes: dict[int, Outcome], at: datetime
) -> None:
    """Give every order its customer's id; people not known yet are created."""
    wanted = {(one.item.system, one.item.customer) for one in ready if one.item.customer}
    pairs = sorted((system, customer) for system, customer in wanted if customer)
    known = order_batches.known_customers(scope.workspace, pairs)
    new = [pair for pair in pairs if pair not in known]
    people = [CustomerInput(external_id=customer, system=system) for system, customer in new]
    found = customers.upsert(scope=scope, items=people, at=at) if people else []
    made = dict(zip(new, found, strict=True))
    for one in ready:
        who = (one.item.system, one.item.customer or "")
        outcome = made.get(who)
        one.row["customer_id"] = outcome.id if outcome else known.get(who)
        if outcome and outcome.outcome == REJECTED:
            outcomes[one.index] = Outcome(
                one.index, one.item.external_id, REJECTED, code=outcome.code, field="customer"
            )


def _say(
    scope: Scope,
    source: str,
    ready: Sequence[Prepared],
    written: dict[str, tuple[int, bool]],
    outcomes: dict[int, Outcome],
) -> None:
    left = [one for one in ready if one.item.external_id not in written]
    terms = {
        "workspace": scope.workspace_id, "source": source,
        "ids": [one.item.external_id for one in left],
    }  # fmt: skip
    found = order_batches.rows(order_batches.KNOWN, terms) if left else []
    known = {external: (pk, bytes(content).hex()) for external, pk, content, _ in found}
    for one in ready:
        name = one.item.external_id
        if name in written:
            pk, is_new = written[name]
            said = Outcome(one.index, name, CREATED if is_new else UPDATED, pk)
        elif known[name][1] == one.row["hash"]:
            said = Outcome(one.index, name, UNCHANGED, known[name][0])
        else:
            said = Outcome(one.index, name, REJECTED, code=RefundTooLarge.code, field="total")
        outcomes[one.index] = said


def _record(
    scope: Scope,
    ready: Sequence[Prepared],
    written: dict[str, tuple[int, bool]],
    at: datetime,
) -> None:
    if not written:
        return
    people = {one.row["customer_id"] for one in ready if one.item.external_id in written}
    payload = {
        "customer_ids": sorted(people - {None}),
        "order_ids": sorted(pk for pk, _ in written.values()),
    }
    events.record(tenant=scope, name="crm.orders_changed", at=at, payload=payload)
