"""One list of orders as one JSON document, and the statements that write it."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import orjson
from django.db import connection

from core.database import arrays
from core.models import Workspace
from crm.rules import order_totals, signs
from crm.rules.faults import Fault
from crm.services.inputs import LineInput, OrderInput

LARGEST = 10**12
LARGEST_OF_A_LINE = 10**10
LONGEST_ID = 64
# Decimals that a line keeps.
OF_QUANTITY, OF_PRICE = 3, 4

# Customers are looked up on the way, in one walk over their identities' key; a pair of somebody
# else's system that the walk meets is joined to nothing. One nobody has stops all: customers are
# created before any order is held. Whose a changed order was is read as the statement began.
UPSERT = """
WITH found AS MATERIALIZED (
    SELECT i.system, i.value, i.customer_id FROM crm_identity i
    WHERE i.workspace_id = %(workspace)s AND i.kind = 'external'
      AND i.system = ANY(%(all_systems)s::text[]) AND i.value = ANY(%(customers)s::text[])
), said AS MATERIALIZED (
    SELECT o.*, coalesce(o.known, i.customer_id) AS customer_id
    FROM unnest(%(ids)s::text[], %(customers)s::text[], %(systems)s::text[], %(known)s::bigint[],
                %(instants)s::timestamptz[], %(totals)s::bigint[], %(purchases)s::boolean[],
                %(hashes)s::text[])
         AS o (external_id, customer, system, known, placed_at, total, is_purchase, hash)
    LEFT JOIN found i ON i.system = o.system AND i.value = o.customer
)
INSERT INTO crm_order (workspace_id, customer_id, source, external_id, placed_at, placed_on, total,
                       refunded, is_purchase, content_hash)
SELECT %(workspace)s, customer_id, %(source)s, external_id, placed_at,
       (placed_at AT TIME ZONE %(zone)s)::date, total, 0, is_purchase, decode(hash, 'hex')
FROM said
WHERE NOT EXISTS (SELECT FROM said WHERE customer <> '' AND customer_id IS NULL)
ORDER BY external_id
ON CONFLICT (workspace_id, source, external_id) DO UPDATE
SET customer_id = excluded.customer_id, placed_at = excluded.placed_at, total = excluded.total,
    placed_on = excluded.placed_on, is_purchase = excluded.is_purchase,
    content_hash = excluded.content_hash, updated_at = %(at)s
WHERE crm_order.content_hash <> excluded.content_hash AND crm_order.refunded <= excluded.total
RETURNING external_id, id, xmax = 0 AS is_new, customer_id, CASE WHEN xmax <> 0 THEN (
    SELECT was.customer_id FROM crm_order was WHERE was.id = crm_order.id) END AS customer_before"""

KNOWN = """
SELECT external_id, id, encode(content_hash, 'hex') FROM crm_order
WHERE workspace_id = %(workspace)s AND source = %(source)s
  AND external_id = ANY(%(ids)s::text[])"""

# A look through the identity's key for each; a join would be planned for the whole table.
CUSTOMERS = """
SELECT w.system, w.value, (
    SELECT i.customer_id FROM crm_identity i
    WHERE i.workspace_id = %(workspace)s AND i.kind = 'external' AND i.system = w.system
      AND i.value = w.value)
FROM unnest(%(systems)s::text[], %(values)s::text[]) w (system, value)"""

PRODUCTS = """
INSERT INTO crm_product (workspace_id, sku, name, category)
SELECT DISTINCT ON (sku) %(workspace)s, sku, name, ''
FROM jsonb_to_recordset(%(lines)s) AS l (sku text, name text, kind text)
WHERE kind = 'product' AND NOT EXISTS (
    SELECT 1 FROM crm_product p WHERE p.workspace_id = %(workspace)s AND p.sku = l.sku)
ORDER BY sku, (name <> '') DESC
ON CONFLICT (workspace_id, sku) DO NOTHING"""

LOOSEN_REFUNDS = """
UPDATE crm_refundline r SET order_line_id = NULL
FROM crm_orderline l
LEFT JOIN jsonb_to_recordset(%(lines)s) AS n (order_id bigint, position int, sku text,
          unit_price numeric) ON n.order_id = l.order_id AND n.position = l.position
WHERE l.order_id = ANY(%(changed)s) AND r.order_line_id = l.id
  AND (n.order_id IS NULL OR (n.sku, n.unit_price) IS DISTINCT FROM (l.sku, l.unit_price))"""

DROP_LINES = """
DELETE FROM crm_orderline l WHERE l.order_id = ANY(%(changed)s) AND NOT EXISTS (
    SELECT 1 FROM jsonb_to_recordset(%(lines)s) AS n (order_id bigint, position int)
    WHERE n.order_id = l.order_id AND n.position = l.position)"""

LINES = """
INSERT INTO crm_orderline (workspace_id, order_id, position, kind, product_id, sku, name, quantity,
                           unit_price, amount, is_sale)
SELECT %(workspace)s, l.order_id, l.position, l.kind, p.id, l.sku, l.name, l.quantity,
       l.unit_price, l.amount, l.is_sale
FROM jsonb_to_recordset(%(lines)s) AS l (order_id bigint, position int, kind text, sku text,
     name text, quantity numeric, unit_price numeric, amount bigint, is_sale boolean)
LEFT JOIN crm_product p ON p.workspace_id = %(workspace)s AND p.sku = l.sku AND l.kind = 'product'
ON CONFLICT (order_id, position) DO UPDATE
SET kind = excluded.kind, product_id = excluded.product_id, sku = excluded.sku,
    name = excluded.name, quantity = excluded.quantity, unit_price = excluded.unit_price,
    amount = excluded.amount, is_sale = excluded.is_sale"""


class Prepared(msgspec.Struct, gc=False):
    """An order ready to be written: its row, its lines, and the hash that tells it from others."""

    index: int
    item: OrderInput
    lines: Sequence[dict[str, Any]]
    placed_at: datetime | str
    total: int
    is_purchase: bool
    hash: str
    # Our id of the customer, once we have asked for it.
    customer: int | None = None


class Written(msgspec.Struct, frozen=True, gc=False):
    """What became of an order that was new or changed, and whose a changed one had been."""

    external_id: str
    id: int
    is_new: bool
    customer: int | None
    customer_before: int | None


def prepare(index: int, item: OrderInput) -> Prepared:
    """Check one order and put a price on its lines. Raises Fault(code, field)."""
    _check(item)
    lines = [priced(line, place) for place, line in enumerate(item.lines, 1)] if item.lines else ()
    placed_at, total = _instant(item.placed_at), _total(item, lines)
    is_purchase = any(line["is_sale"] for line in lines) if lines else True
    row = {"external_id": item.external_id, "placed_at": placed_at, "total": total,
           "is_purchase": is_purchase}  # fmt: skip
    content = orjson.dumps([item.customer or "", item.system, row, lines])
    hexed = hashlib.sha256(content).hexdigest()
    return Prepared(index, item, lines, placed_at, total, is_purchase, hexed)


def _instant(moment: datetime) -> datetime | str:
    """What JSON writes as ISO 8601: it does so itself many times faster, but no odd offsets."""
    return moment if moment.tzinfo is UTC else moment.isoformat()


def _check(item: OrderInput) -> None:
    if not item.external_id.strip() or "\0" in item.external_id:
        raise Fault("missing", "external_id")
    if len(item.external_id) > LONGEST_ID:
        raise Fault("too_long", "external_id")
    signs.refuse_hidden(item.external_id, "external_id")
    if item.system or item.customer:
        signs.refuse_hidden(item.system, "system")
        signs.refuse_hidden(item.customer or "", "customer")
    if item.placed_at.tzinfo is None:
        raise Fault("timezone_missing", "placed_at")


def priced(line: LineInput, position: int) -> dict[str, Any]:
    """A line as its row, its amount known. Raises Fault."""
    try:
        _check_line(line)
        amount = line.amount
        if amount is None:
            amount = order_totals.amount(line.quantity, line.unit_price)
        _check_numbers(line, amount)
    except Fault as fault:
        raise Fault(fault.code, f"lines.{position - 1}.{fault.field}") from None
    return {
        "position": position, "kind": line.kind, "sku": line.sku,
        "name": signs.seen(line.name)[:250],
        "quantity": f"{line.quantity:.3f}", "unit_price": f"{line.unit_price:.4f}",
        "amount": amount, "is_sale": order_totals.is_sale(line.quantity, line.unit_price),
    }  # fmt: skip


def _check_line(line: LineInput) -> None:
    if line.kind == "product" and not line.sku.strip():
        raise Fault("missing", "sku")
    if not (line.quantity.is_finite() and line.unit_price.is_finite()):
        raise Fault("number", "unit_price" if line.quantity.is_finite() else "quantity")
    if len(line.sku) > LONGEST_ID:
        raise Fault("too_long", "sku")
    if "\0" in line.sku + line.name:
        raise Fault("nul", "sku" if "\0" in line.sku else "name")
    signs.refuse_hidden(line.sku, "sku")


def _check_numbers(line: LineInput, amount: int) -> None:
    if abs(line.quantity) > LARGEST_OF_A_LINE:
        raise Fault("too_large", "quantity")
    if abs(line.unit_price) > LARGEST_OF_A_LINE:
        raise Fault("too_large", "unit_price")
    if abs(amount) > LARGEST_OF_A_LINE:
        raise Fault("too_large", "amount")
    if round(line.quantity, OF_QUANTITY) != line.quantity:
        raise Fault("too_many_decimals", "quantity")
    if round(line.unit_price, OF_PRICE) != line.unit_price:
        raise Fault("too_many_decimals", "unit_price")


def _total(item: OrderInput, lines: Sequence[dict[str, Any]]) -> int:
    total = item.total
    if lines:
        summed = order_totals.total([(line["amount"], line["is_sale"]) for line in lines])
        if total is not None and total != summed:
            raise Fault("totals_differ", "total")
        total = summed
    if total is None:
        raise Fault("missing", "total")
    if not 0 <= total <= LARGEST:
        raise Fault("too_large", "total")
    return total


def known_customers(
    workspace: Workspace, wanted: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """{(system, external id): our id} of those among `wanted` that somebody has."""
    terms = {
        "workspace": workspace.pk,
        "systems": arrays.texts([system for system, _ in wanted]),
        "values": arrays.texts([value for _, value in wanted]),
    }
    found = rows(CUSTOMERS, terms) if wanted else []
    return {(system, value): pk for system, value, pk in found if pk is not None}


def upsert(
    workspace: Workspace, source: str, ready: Sequence[Prepared], at: datetime
) -> dict[str, Written]:
    """Write rows that are new or changed, by external id; none when a customer is not known."""
    if not ready:
        return {}
    systems = [one.item.system for one in ready]
    terms = {
        "workspace": workspace.pk, "source": source, "zone": workspace.timezone, "at": at,
        "ids": arrays.texts([one.item.external_id for one in ready]),
        "customers": arrays.texts([one.item.customer or "" for one in ready]),
        "systems": arrays.texts(systems),
        "all_systems": arrays.texts(sorted(set(systems))),
        "known": arrays.scalars([one.customer for one in ready]),
        "instants": arrays.scalars([one.placed_at for one in ready]),
        "totals": arrays.scalars([one.total for one in ready]),
        "purchases": arrays.scalars([one.is_purchase for one in ready]),
        "hashes": arrays.texts([one.hash for one in ready]),
    }  # fmt: skip
    return {row[0]: Written(*row) for row in rows(UPSERT, terms)}


def known(workspace: Workspace, source: str, ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """{external id: (our id, hash)} of the orders that we have."""
    terms = {"workspace": workspace.pk, "source": source, "ids": arrays.texts(ids)}
    return {name: (pk, content) for name, pk, content in (rows(KNOWN, terms) if ids else [])}


def write_lines(
    workspace: Workspace, ready: Sequence[Prepared], written: Mapping[str, Written]
) -> None:
    """The lines of what was written: insert, and of changed orders drop what is no more."""
    chosen = [
        {**line, "order_id": written[one.item.external_id].id}
        for one in ready
        if one.lines and one.item.external_id in written
        for line in one.lines
    ]
    changed = [one.id for one in written.values() if not one.is_new]
    if not (changed or chosen):
        return
    terms = {"workspace": workspace.pk, "lines": _json(chosen), "changed": changed}
    if changed:
        run(LOOSEN_REFUNDS, terms)
        run(DROP_LINES, terms)
    if chosen:
        run(PRODUCTS, terms)
        run(LINES, terms)


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def run(sql: str, terms: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, terms)


def rows(sql: str, terms: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, terms)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
