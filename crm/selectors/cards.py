"""The customer card: who it is, what they bought, how long ago, and where we may write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count

from core.clock import local_day
from core.scoping import Scope
from crm.models import Consent, Customer, Order

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


@dataclass(frozen=True)
class Contacts:
    """`addresses` are {kind: values}, oldest first; `permissions` go channel by channel."""

    addresses: Mapping[str, Sequence[str]]
    permissions: Sequence[Permission]


@dataclass(frozen=True)
class Figures:
    """What the card says of orders and refunds."""

    bought: Bought
    pace: Pace
    problems: Problems


# Days of purchases, not purchases, make the gaps; products without a category go by name when
# none of them has one.
_FIGURES = """
WITH bought AS MATERIALIZED (
    SELECT id, placed_on, total, refunded FROM crm_order
    WHERE workspace_id = %(workspace)s AND customer_id = %(customer)s AND is_purchase
), line AS (
    SELECT l.amount, coalesce(p.category, '') AS category,
           coalesce(nullif(p.name, ''), l.name, l.sku) AS name
    FROM bought o JOIN crm_orderline l ON l.order_id = o.id AND l.is_sale AND l.kind = 'product'
    LEFT JOIN crm_product p ON p.id = l.product_id
), thing AS (
    SELECT CASE WHEN (SELECT bool_or(category <> '') FROM line) THEN category ELSE name END
               AS label, sum(amount)::bigint AS amount
    FROM line GROUP BY 1
), gap AS (
    SELECT placed_on, placed_on - lag(placed_on) OVER (ORDER BY placed_on) AS days
    FROM (SELECT DISTINCT placed_on FROM bought) AS day
)
SELECT orders.*, things.*, pace.*, back.*
FROM (SELECT count(*), coalesce(sum(total), 0)::bigint, coalesce(sum(refunded), 0)::bigint
      FROM bought) AS orders,
     (SELECT coalesce(array_agg(label ORDER BY amount DESC, label), '{}'),
             coalesce(array_agg(amount ORDER BY amount DESC, label), '{}') FROM thing) AS things,
     (SELECT max(placed_on), min(placed_on),
             percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FROM gap) AS pace,
     (SELECT count(DISTINCT external_id), coalesce(sum(total), 0)::bigint, max(refunded_on)
      FROM crm_refund WHERE workspace_id = %(workspace)s AND customer_id = %(customer)s) AS back"""

_CONTACTS = """
SELECT 'address', kind, value, NULL::timestamptz, id FROM crm_identity
WHERE workspace_id = %(workspace)s AND customer_id = %(customer)s
UNION ALL
SELECT 'consent', channel, state, since, id FROM crm_consentstate
WHERE workspace_id = %(workspace)s AND customer_id = %(customer)s AND purpose = 'marketing'
ORDER BY 5"""


def figures(*, scope: Scope, customer: Customer, at: datetime) -> Figures:
    """What they bought, how long ago, and what went wrong, by one query."""
    orders, total, refunded, labels, amounts, last, first, gap, *back = _rows(
        _FIGURES, scope, customer
    )[0]
    named = list(zip(labels, amounts, strict=True))
    today = local_day(at, scope.workspace.timezone)
    return Figures(
        bought=Bought(orders, total, refunded, named[:TOP], sum(amounts[TOP:])),
        pace=Pace(
            last_on=last,
            # Clocks of tills and zones differ, so an order may be of tomorrow: that is today's.
            days_ago=None if last is None else max(0, (today - last).days),
            usual_gap=None if gap is None else Decimal(str(gap)),
            first_on=first,
        ),
        problems=Problems(*back),
    )


def contacts(*, scope: Scope, customer: Customer) -> Contacts:
    """Addresses and what the person said of advertising to them, by one query."""
    addresses: dict[str, list[str]] = {}
    said: dict[str, tuple[str, datetime]] = {}
    for what, name, value, since, _id in _rows(_CONTACTS, scope, customer):
        if what == "address":
            addresses.setdefault(name, []).append(value)
        else:
            said[name] = (value, since)
    return Contacts(addresses, _permissions(addresses, said))


def _permissions(
    addresses: Mapping[str, Sequence[str]], said: Mapping[str, tuple[str, datetime]]
) -> list[Permission]:
    """May we advertise, channel by channel."""
    return [
        Permission(channel, next(iter(addresses.get(kind, ())), ""), *said.get(channel, ("", None)))
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
