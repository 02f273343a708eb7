"""Refunds: money given back, of an order or standing alone, once a paper."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
from django.db import transaction
from django.db.models import F, Sum

from core.clock import local_day
from core.errors import NotFound
from core.scoping import Scope
from core.services import events
from crm.errors import OrderOfAnother, RefundDiffers, RefundTooLarge, TotalsDiffer
from crm.models import Identity, Order, OrderLine, Refund, RefundLine
from crm.refusals import at_field, wrong_field
from crm.rules import signs
from crm.rules.faults import Fault
from crm.services import order_batches
from crm.services.inputs import CREATED, UNCHANGED, RefundInput


@dataclass(frozen=True)
class Recorded:
    """What became of a refund; the same paper with the same content is "unchanged"."""

    refund: Refund
    outcome: str


def record(*, scope: Scope, item: RefundInput, at: datetime, source: str = "api") -> Recorded:
    """Record one refund and the fact `crm.refund_recorded` {"refund_id", "order_id",
    "customer_ids"}.

    Raises NotFound for an unknown order or customer, OrderOfAnother when the customer named is
    not the order's, RefundTooLarge when more would be refunded than was paid, TotalsDiffer,
    InvalidInput, and RefundDiffers when the paper came before with other content.
    """
    lines, total = _priced(item)
    digest = _digest(item, lines, total)
    with transaction.atomic():
        order = _locked_order(scope, item, source)
        if known := _known(scope, item, source):
            if bytes(known.content_hash) != digest:
                raise at_field(RefundDiffers, "external_id")
            return Recorded(known, UNCHANGED)
        refund = _write(scope, item, order, source, total, digest)
        _write_lines(scope, refund, order, lines)
        _record_fact(scope, refund, at)
    return Recorded(refund, CREATED)


def _priced(item: RefundInput) -> tuple[list[dict[str, Any]], int]:
    try:
        lines = [order_batches.priced(line, place) for place, line in enumerate(item.lines, 1)]
        signs.refuse_hidden(item.external_id, "external_id")
    except Fault as fault:
        raise wrong_field(field=fault.field, code=fault.code) from None
    summed = sum(line["amount"] for line in lines)
    total = summed if item.total is None else item.total
    if lines and total != summed:
        raise at_field(TotalsDiffer, "total")
    if total < 0 or not item.external_id or (item.total is None and not lines):
        raise wrong_field(field="total", code="missing")
    return lines, total


def _digest(item: RefundInput, lines: list[dict[str, Any]], total: int) -> bytes:
    content = [item.order, item.customer, item.system, item.refunded_at.isoformat(), total, lines]
    return hashlib.sha256(orjson.dumps(content)).digest()


def _locked_order(scope: Scope, item: RefundInput, source: str) -> Order | None:
    """The order, locked, so that two refunds of it are added one after the other."""
    if not item.order:
        return None
    order: Order | None = (
        Order.objects.within(scope)
        .select_for_update()
        .filter(source=source, external_id=item.order)
        .first()
    )
    if order is None:
        raise NotFound(field="order")
    return order


def _known(scope: Scope, item: RefundInput, source: str) -> Refund | None:
    found: Refund | None = (
        Refund.objects.within(scope).filter(source=source, external_id=item.external_id).first()
    )
    return found


def _write(
    scope: Scope, item: RefundInput, order: Order | None, source: str, total: int, digest: bytes
) -> Refund:
    customer = _customer(scope, item)
    if order and item.customer and order.customer_id != customer:
        raise at_field(OrderOfAnother, "customer")
    fits = F("total") - total
    if order and not Order.objects.within(scope).filter(pk=order.pk, refunded__lte=fits).update(
        refunded=F("refunded") + total
    ):
        raise at_field(RefundTooLarge, "total")
    refund: Refund = Refund.objects.within(scope).create(
        workspace_id=scope.workspace_id,
        order=order,
        customer_id=order.customer_id if order else customer,
        source=source,
        external_id=item.external_id,
        refunded_at=item.refunded_at,
        refunded_on=local_day(item.refunded_at, scope.workspace.timezone),
        total=total,
        content_hash=digest,
    )
    return refund


def _customer(scope: Scope, item: RefundInput) -> int | None:
    if not item.customer:
        return None
    owner = Identity.objects.within(scope).filter(
        kind="external", system=item.system, value=item.customer
    )
    found: int | None = owner.values_list("customer_id", flat=True).first()
    if found is None:
        raise NotFound(field="customer")
    return found


def _write_lines(
    scope: Scope, refund: Refund, order: Order | None, lines: list[dict[str, Any]]
) -> None:
    """Lines name the order line they undo where one of that product and price has units left."""
    left = _units_left(scope, order)
    RefundLine.objects.within(scope).bulk_create(
        RefundLine(
            workspace_id=scope.workspace_id, refund=refund, position=line["position"],
            order_line_id=_take(left, line), sku=line["sku"], name=line["name"],
            quantity=Decimal(line["quantity"]), unit_price=Decimal(line["unit_price"]),
            amount=line["amount"],
        )
        for line in lines
    )  # fmt: skip


def _units_left(scope: Scope, order: Order | None) -> list[list[Any]]:
    if order is None:
        return []
    rows = OrderLine.objects.within(scope).filter(order=order, is_sale=True)
    rows = rows.annotate(back=Sum("refundline__quantity")).order_by("-position")
    return [[row.pk, row.sku, row.unit_price, row.quantity - (row.back or 0)] for row in rows]


def _take(left: list[list[Any]], line: dict[str, Any]) -> int | None:
    wanted = Decimal(line["quantity"])
    for one in left:
        same = one[1] == line["sku"] and one[2] == Decimal(line["unit_price"])
        if same and one[3] >= wanted:
            one[3] -= wanted
            return int(one[0])
    return None


def _record_fact(scope: Scope, refund: Refund, at: datetime) -> None:
    payload = {
        "refund_id": refund.pk,
        "order_id": refund.order_id,
        "customer_ids": [refund.customer_id] if refund.customer_id else [],
    }
    events.record(tenant=scope, name="crm.refund_recorded", at=at, payload=payload)
