"""Points for many orders at once: what `ledger.accrue` does, as a few statements for thousands."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from core.database.arrays import scalars
from loyalty.models import Program
from loyalty.rules import calendar
from loyalty.services.order_sets import EVERY_ORDER, OWN_ACCOUNT, OrderSet

# Customers a statement: few enough for what they earn to be posted in memory.
CHUNK = 5_000
# Below this many the server's own upkeep has the statistics right soon enough.
LARGE = 5_000

_HAVE_DOUBLED = """
SELECT reltuples <= %(posted)s FROM pg_class WHERE oid = 'loyalty_transaction'::regclass
"""

# Orders of the set that may earn and have not yet; those too small for a point stay in it.
# OFFSET 0 keeps it a look-up an order: as a join it goes wrong while the table has no statistics.
_OPEN = """
    o.workspace_id = %(workspace)s AND o.is_purchase AND o.total > 0 AND {orders}
    AND (%(starts_on)s::date IS NULL OR o.placed_on >= %(starts_on)s)
    AND NOT EXISTS (
        SELECT FROM loyalty_transaction t
        WHERE t.program_id = %(program)s AND t.order_id = o.id AND t.kind = 'accrue' OFFSET 0)
"""
_CUSTOMERS = """
SELECT array_agg(c.customer_id), array_agg(own.id), min(c.first_on), max(c.last_on) FROM (
    SELECT o.customer_id, min(o.placed_on) AS first_on, max(o.placed_on) AS last_on
    FROM crm_order o WHERE o.customer_id > %(after)s AND {open}
    GROUP BY 1 ORDER BY 1 LIMIT %(chunk)s
) c LEFT JOIN {own} ON true
"""
_OPEN_ACCOUNTS = """
INSERT INTO loyalty_account (workspace_id, program_id, kind, customer_id, balance)
SELECT %(workspace)s, %(program)s, 'customer', who, 0
FROM unnest(%(customers)s::bigint[], %(accounts)s::bigint[]) AS c (who, own) WHERE own IS NULL
ORDER BY who ON CONFLICT DO NOTHING
"""
_ACCOUNTS = """
SELECT array_agg(c.customer_id), array_agg(own.id)
FROM unnest(%(customers)s::bigint[]) AS c (customer_id) CROSS JOIN {own}
"""
# In the order of their ids, so that two set-based writers never wait for each other in a ring.
LOCK_ACCOUNTS = """
SELECT count(*) FROM (
    SELECT FROM loyalty_account WHERE id = ANY (%(accounts)s::bigint[]) ORDER BY id FOR UPDATE
) locked
"""
# Numbers are drawn in the order of time; debt is repaid by the earliest orders (L10). Whatever the
# statistics say, a customer is looked up by key (OFFSET 0) and a day's terms by their place.
_POST = """
WITH src AS MATERIALIZED (
    SELECT q.*, least(q.points, greatest(0, q.debt - (q.upto - q.points)))::bigint AS repaid,
           nextval('loyalty_transaction_id_seq') AS transaction_id,
           nextval('loyalty_lot_id_seq') AS lot_id
    FROM (
        SELECT o.id AS order_id, o.customer_id, o.total, o.placed_at, p.points,
               own.id AS own_id, owed.id AS debt_id, coalesce(-owed.balance, 0) AS debt,
               sum(p.points) OVER (PARTITION BY o.customer_id ORDER BY o.placed_at, o.id) AS upto,
               greatest((%(active)s::timestamptz[])[p.day], o.placed_at) AS active_from,
               (%(burn)s::timestamptz[])[p.day] AS expires_at
        FROM unnest(%(customers)s::bigint[], %(accounts)s::bigint[]) AS own (customer_id, id)
        JOIN crm_order o ON o.customer_id = own.customer_id
        LEFT JOIN LATERAL (
            SELECT id, balance FROM loyalty_account
            WHERE program_id = %(program)s AND kind = 'debt'
              AND customer_id = own.customer_id AND balance < 0 OFFSET 0
        ) owed ON true
        CROSS JOIN LATERAL (
            SELECT o.total * %(hundredths)s::bigint / (10000 * %(point_value)s::bigint) AS points,
                   o.placed_on - %(first_day)s::date + 1 AS day
        ) p
        -- An order of another day that came since the days were asked for earns next time.
        WHERE p.points > 0 AND o.placed_on BETWEEN %(first_day)s AND %(last_day)s AND {open}
        ORDER BY o.placed_at, o.id
    ) q
), transactions AS (
    INSERT INTO loyalty_transaction (id, workspace_id, program_id, kind, customer_id,
        idempotency_key, payload_hash, order_id, reason, actor, occurred_at)
    SELECT transaction_id, %(workspace)s, %(program)s, 'accrue', customer_id,
        'accrue:order:' || order_id,
        sha256(convert_to(concat_ws(':', 'accrue', customer_id, order_id, total), 'UTF8')),
        order_id, '', '', placed_at
    FROM src
), lots AS (
    INSERT INTO loyalty_lot (id, workspace_id, account_id, transaction_id, amount, active_from,
        expires_at)
    SELECT lot_id, %(workspace)s, own_id, transaction_id, points - repaid, active_from, expires_at
    FROM src WHERE repaid < points
), entries AS (
    INSERT INTO loyalty_entry (workspace_id, transaction_id, account_id, lot_id, amount,
        occurred_at)
    SELECT %(workspace)s, src.transaction_id, side.account_id, side.lot_id, side.points,
        src.placed_at
    FROM src CROSS JOIN LATERAL (VALUES
        (%(issued)s, NULL, -src.points),
        (src.own_id, src.lot_id, src.points - src.repaid),
        (src.debt_id, NULL, src.repaid)
    ) AS side (account_id, lot_id, points)
    WHERE side.points <> 0
)
SELECT count(*), coalesce(sum(points), 0) FROM src
"""


@dataclass(frozen=True)
class Moved:
    """How many transactions were posted, and the points they moved."""

    transactions: int = 0
    points: int = 0

    def __add__(self, other: "Moved") -> "Moved":
        return Moved(self.transactions + other.transactions, self.points + other.points)


@transaction.atomic
def accrue_orders(*, program: Program, orders: OrderSet = EVERY_ORDER) -> Moved:
    """Give the points of all orders of the set that have not earned yet, dated when placed.

    The programme must come with its workspace. Run again it posts nothing.
    """
    if not program.is_active:
        return Moved()
    total, after = Moved(), 0
    while True:
        posted, after = _accrue_chunk(program, orders, after)
        total += posted
        if not after:
            break
    refresh_statistics(total)
    return total


def refresh_statistics(moved: "Moved") -> None:
    """After a set as large as the books were: plans made for small ones would be wrong now."""
    if moved.transactions < LARGE:
        return
    with connection.cursor() as cursor:
        cursor.execute(_HAVE_DOUBLED, {"posted": moved.transactions})
        if cursor.fetchone()[0]:
            cursor.execute(
                "ANALYZE loyalty_account, loyalty_transaction, loyalty_lot, loyalty_lotstate,"
                " loyalty_entry"
            )


def _accrue_chunk(program: Program, orders: OrderSet, after: int) -> tuple[Moved, int]:
    """The next CHUNK customers after an id; 0 instead of an id says there are no more."""
    params = _terms(program) | orders.params | {"after": after, "chunk": CHUNK}
    still_open = _OPEN.format(orders=orders.condition)
    with connection.cursor() as cursor:
        cursor.execute(_CUSTOMERS.format(open=still_open, own=OWN_ACCOUNT), params)
        customers, accounts, first_on, last_on = cursor.fetchone()
        if not customers:
            return Moved(), 0
        params |= _pairs(customers, accounts) | _lives(program, first_on, last_on)
        if None in accounts:
            cursor.execute(_OPEN_ACCOUNTS, params)
            cursor.execute(_ACCOUNTS.format(own=OWN_ACCOUNT), params)
            params |= _pairs(*cursor.fetchone())
        cursor.execute(LOCK_ACCOUNTS, params)
        cursor.execute(_POST.format(open=still_open), params)
        count, points = cursor.fetchone()
    last = customers[-1] if len(customers) == CHUNK else 0
    return Moved(count, int(points)), last


def _pairs(customers: list[int], accounts: list[int | None]) -> dict[str, str]:
    """Customers beside their accounts: literals, for thousands of them are read in one step."""
    return {"customers": scalars(customers), "accounts": scalars(accounts)}


def _terms(program: Program) -> dict[str, Any]:
    accounts = program.account_set.filter(customer=None).values_list("kind", "pk")
    return {
        "workspace": program.workspace_id,
        "program": program.pk,
        "hundredths": int(program.base_percent * 100),
        "point_value": program.point_value,
        "starts_on": program.starts_on,
    } | dict(accounts)


def _lives(program: Program, first_on: date, last_on: date) -> dict[str, Any]:
    """The life of points earned on each day of a span: zones are asked in one place only."""
    days = [first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1)]
    lives = [
        calendar.life_of(
            day,
            activation_days=program.activation_days,
            expiry_days=program.expiry_days,
            zone=program.workspace.timezone,
        )
        for day in days
    ]
    return {
        "first_day": first_on,
        "last_day": last_on,
        "active": [life.active_from for life in lives],
        "burn": [life.expires_at for life in lives],
    }
