"""What a person did with money, by the time it happened: orders and money given back."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from core.scoping import Scope
from crm.models import Customer

_TRADES = """
(SELECT 'order', o.placed_at, o.external_id, o.total, o.refunded, o.is_purchase,
        (SELECT count(*) FROM crm_orderline l WHERE l.order_id = o.id), '', o.id
 FROM crm_order o
 WHERE o.workspace_id = %(workspace)s AND o.customer_id = %(customer)s
   AND (%(before)s::timestamptz IS NULL OR o.placed_at < %(before)s)
 ORDER BY o.placed_at DESC, o.id DESC LIMIT %(most)s)
UNION ALL
(SELECT 'refund', r.refunded_at, r.external_id, r.total, 0, true, 0,
        coalesce(o.external_id, ''), r.id
 FROM crm_refund r LEFT JOIN crm_order o ON o.id = r.order_id
 WHERE r.workspace_id = %(workspace)s AND r.customer_id = %(customer)s
   AND (%(before)s::timestamptz IS NULL OR r.refunded_at < %(before)s)
 ORDER BY r.refunded_at DESC, r.id DESC LIMIT %(most)s)
ORDER BY 2 DESC, 1, 9 DESC LIMIT %(most)s"""


@dataclass(frozen=True)
class Trade:
    """An order, or a refund with the number of its order ("" when that is not known)."""

    kind: str
    at: datetime
    number: str
    total: int
    refunded: int
    is_purchase: bool
    lines: int
    of_order: str


def trades(*, scope: Scope, customer: Customer, before: datetime | None, most: int) -> list[Trade]:
    """The newest orders and refunds strictly before an instant (None: up to now), by one query."""
    with connection.cursor() as cursor:
        cursor.execute(_TRADES, {
            "workspace": scope.workspace_id, "customer": customer.pk,
            "before": before, "most": most,
        })  # fmt: skip
        return [Trade(*row[:-1]) for row in cursor.fetchall()]
