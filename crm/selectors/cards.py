"""The customer card: who it is, what they bought, how long ago, and where we may write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Sum

from core.clock import local_day
from core.scoping import Scope
from crm.models import Consent, ConsentState, Customer, Identity, Order, Refund

TOP = 3
# A channel and the identity it needs.
CHANNELS = {"email": "email", "sms": "phone"}


@dataclass(frozen=True)
class Bought:
    """`top` is (name, amount) of the categories, or of the products where none has a category;
    `rest` what is left. Money in minor units, gross.
    """

    orders: int
    total: int
    refunded: int
    top: Sequence[tuple[str, int]]
    rest: int


@dataclass(frozen=True)
class Pace:
    """Days of purchases: the last one, how long ago, and the customer's own median gap."""

    last_on: date | None
    days_ago: int | None
    usual_gap: Decimal | None
    first_on: date | None


@dataclass(frozen=True)
class Problems:
    """What went wrong as far as orders tell: money given back."""

    refunds: int
    total: int
    last_on: date | None


@dataclass(frozen=True)
class Permission:
    """May we advertise over a channel: address, today's answer, and since when it stands."""

    channel: str
    address: str
    state: str
    since: datetime | None

    @property
    def is_reachable(self) -> bool:
        return bool(self.address) and self.state == "granted"


BOUGHT = """
WITH line AS (
    SELECT l.amount, coalesce(nullif(p.category, ''), '') AS category,
           coalesce(nullif(p.name, ''), l.name, l.sku) AS name
    FROM crm_order o JOIN crm_orderline l ON l.order_id = o.id AND l.is_sale
    LEFT JOIN crm_product p ON p.id = l.product_id
    WHERE o.workspace_id = %(workspace)s AND o.customer_id = %(customer)s AND o.is_purchase
      AND l.kind = 'product'
)
SELECT CASE WHEN (SELECT bool_or(category <> '') FROM line) THEN category ELSE name END AS label,
       sum(amount)::bigint AS amount
FROM line GROUP BY 1 ORDER BY 2 DESC, 1"""

PACE = """
WITH day AS (
    SELECT DISTINCT placed_on FROM crm_order
    WHERE workspace_id = %(workspace)s AND customer_id = %(customer)s AND is_purchase
), gap AS (
    SELECT placed_on, placed_on - lag(placed_on) OVER (ORDER BY placed_on) AS days FROM day
)
SELECT min(placed_on), max(placed_on), percentile_cont(0.5) WITHIN GROUP (ORDER BY days)
FROM gap"""


def bought(*, scope: Scope, customer: Customer) -> Bought:
    orders = Order.objects.within(scope).filter(customer=customer, is_purchase=True)
    sums = orders.aggregate(orders=Count("id"), total=Sum("total"), refunded=Sum("refunded"))
    rows = _rows(BOUGHT, scope, customer)
    named = [(str(label), int(amount)) for label, amount in rows]
    return Bought(
        orders=sums["orders"],
        total=sums["total"] or 0,
        refunded=sums["refunded"] or 0,
        top=named[:TOP],
        rest=sum(amount for _, amount in named[TOP:]),
    )


def pace(*, scope: Scope, customer: Customer, at: datetime) -> Pace:
    first, last, gap = _rows(PACE, scope, customer)[0]
    today = local_day(at, scope.workspace.timezone)
    return Pace(
        last_on=last,
        first_on=first,
        days_ago=None if last is None else (today - last).days,
        usual_gap=None if gap is None else Decimal(str(gap)),
    )


def problems(*, scope: Scope, customer: Customer) -> Problems:
    rows = Refund.objects.within(scope).filter(customer=customer)
    found = rows.aggregate(
        refunds=Count("external_id", distinct=True), total=Sum("total"), last=Max("refunded_on")
    )
    return Problems(found["refunds"], found["total"] or 0, found["last"])


def identities(*, scope: Scope, customer: Customer) -> dict[str, list[str]]:
    """{kind: values}, oldest first."""
    found: dict[str, list[str]] = {}
    rows = Identity.objects.within(scope).filter(customer=customer).order_by("id")
    for kind, value in rows.values_list("kind", "value"):
        found.setdefault(kind, []).append(value)
    return found


def permissions(
    *, scope: Scope, customer: Customer, addresses: dict[str, list[str]]
) -> list[Permission]:
    """May we advertise, channel by channel."""
    states = ConsentState.objects.within(scope).filter(customer=customer, purpose="marketing")
    known = {row.channel: row for row in states}
    return [
        Permission(
            channel=channel,
            address=next(iter(addresses.get(kind, [])), ""),
            state=known[channel].state if channel in known else "",
            since=known[channel].since if channel in known else None,
        )
        for channel, kind in CHANNELS.items()
    ]


def consent_log(*, scope: Scope, customer: Customer) -> "Sequence[Consent]":
    """Every statement, newest first."""
    rows = Consent.objects.within(scope).filter(customer=customer).order_by("-id")
    return list(rows[:200])


def orders(*, scope: Scope, customer: Customer) -> Any:
    """Orders newest first, with their lines counted; for a keyset page."""
    rows = Order.objects.within(scope).filter(customer=customer)
    return rows.annotate(line_count=Count("lines"))


def _rows(sql: str, scope: Scope, customer: Customer) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"workspace": scope.workspace_id, "customer": customer.pk})
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
