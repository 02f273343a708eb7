"""Points taken back for many refunds at once: what `ledger.reverse_accrual` does, for sets.

Every refund is posted at its own moment with its own cumulative share. Where the orders' own lots
hold enough, one statement does all; the others go through the ledger's function one by one.
"""

from typing import Any

from django.db import connection, transaction

from loyalty.models import Program
from loyalty.services.accruing import LOCK_ACCOUNTS, Moved, refresh_statistics
from loyalty.services.order_sets import EVERY_ORDER, OWN_ACCOUNT, OrderSet

# One row a refund that takes something: floor(A x R / T) after it, less what was taken before. R
# takes once: when an order's total has changed since, it takes no more.
_DUE = """
due AS MATERIALIZED (
    SELECT * FROM (
        SELECT r.*, (r.upto - greatest(r.already, lag(r.upto) OVER (
                    PARTITION BY r.order_id ORDER BY r.refunded_at, r.refund_id)))::bigint AS points
        FROM (
            SELECT c.*, div(c.accrued * least(c.refunded, c.total), c.total) AS upto
            FROM (
                SELECT o.id AS order_id, o.total, f.refunded_at, f.id AS refund_id,
                       sum(f.total) OVER (PARTITION BY o.id ORDER BY f.refunded_at, f.id)
                           AS refunded,
                       t.id AS accrual_id, t.customer_id, -e.amount::numeric AS accrued,
                       coalesce((SELECT sum(b.amount) FROM loyalty_transaction s
                                 JOIN loyalty_entry b ON b.transaction_id = s.id
                                     AND b.account_id = %(issued)s
                                 WHERE s.reverses_id = t.id), 0) AS already
                FROM crm_order o
                JOIN crm_refund f ON f.order_id = o.id
                JOIN loyalty_transaction t ON t.program_id = %(program)s AND t.order_id = o.id
                    AND t.kind = 'accrue'
                JOIN loyalty_entry e ON e.transaction_id = t.id AND e.account_id = %(issued)s
                WHERE o.workspace_id = %(workspace)s AND o.total > 0 AND o.refunded > 0
                  AND {orders}
            ) c
        ) r
        WHERE r.upto > r.already AND NOT EXISTS (
            SELECT FROM loyalty_transaction t WHERE t.program_id = %(program)s
              AND t.idempotency_key = 'reverse:order:' || r.order_id || ':' || r.refunded OFFSET 0)
    ) q WHERE points > 0
)
"""
# Whoever earned has an account.
_ACCOUNTS = """
WITH {due} SELECT array_agg(own.id) FROM (SELECT DISTINCT customer_id FROM due) c
CROSS JOIN {own}
"""
# From the order's own lot only, where it holds enough for all of the order's refunds and lives.
_POST = """
WITH {due}, src AS MATERIALIZED (
    SELECT due.*, l.id AS lot_id, l.account_id AS own_id,
           nextval('loyalty_transaction_id_seq') AS transaction_id
    FROM due
    JOIN loyalty_entry e ON e.transaction_id = due.accrual_id AND e.lot_id IS NOT NULL
    JOIN loyalty_lot l ON l.id = e.lot_id
    JOIN loyalty_lotstate s ON s.lot_id = l.id
    JOIN (SELECT order_id, sum(points) AS points, max(refunded_at) AS refunded_at
          FROM due GROUP BY 1) whole ON whole.order_id = due.order_id
    WHERE s.remaining >= whole.points
      AND (l.expires_at IS NULL OR l.expires_at > whole.refunded_at)
    ORDER BY due.refunded_at, due.refund_id
), transactions AS (
    INSERT INTO loyalty_transaction (id, workspace_id, program_id, kind, customer_id,
        idempotency_key, payload_hash, order_id, reverses_id, reason, actor, occurred_at)
    SELECT transaction_id, %(workspace)s, %(program)s, 'reverse', customer_id,
        'reverse:order:' || order_id || ':' || refunded,
        sha256(convert_to(concat_ws(':', 'reverse', order_id, refunded), 'UTF8')),
        order_id, accrual_id, '', '', refunded_at
    FROM src
), entries AS (
    INSERT INTO loyalty_entry (workspace_id, transaction_id, account_id, lot_id, amount,
        occurred_at)
    SELECT %(workspace)s, src.transaction_id, side.account_id, side.lot_id, side.points,
        src.refunded_at
    FROM src CROSS JOIN LATERAL (VALUES
        (src.own_id, src.lot_id, -src.points), (%(issued)s, NULL, src.points)
    ) AS side (account_id, lot_id, points)
)
SELECT count(*), coalesce(sum(points), 0) FROM src
"""
_ONE_BY_ONE = """
WITH {due}
SELECT count(r.posted), coalesce(sum(r.moved), 0)
FROM (SELECT * FROM due ORDER BY refunded_at, refund_id) d
CROSS JOIN LATERAL loyalty_reverse(%(workspace)s, %(program)s, d.order_id,
    'reverse:order:' || d.order_id || ':' || d.refunded,
    sha256(convert_to(concat_ws(':', 'reverse', d.order_id, d.refunded), 'UTF8')),
    d.refunded::bigint, d.total, d.refunded_at) r
"""


@transaction.atomic
def reverse_orders(*, program: Program, orders: OrderSet = EVERY_ORDER) -> Moved:
    """Take back the points of all refunds of the set's orders that have not been taken yet.

    Run again it posts nothing.
    """
    issued = program.account_set.get(kind="issued").pk
    params: dict[str, Any] = orders.params | {
        "workspace": program.workspace_id,
        "program": program.pk,
        "issued": issued,
    }
    due = _DUE.format(orders=orders.condition)
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS.format(due=due, own=OWN_ACCOUNT), params)
        params["accounts"] = cursor.fetchone()[0]
        if not params["accounts"]:
            return Moved()
        cursor.execute(LOCK_ACCOUNTS, params)
        cursor.execute(_POST.format(due=due), params)
        at_once = cursor.fetchone()
        cursor.execute(_ONE_BY_ONE.format(due=due), params)
        one_by_one = cursor.fetchone()
    taken = Moved(at_once[0], int(at_once[1])) + Moved(one_by_one[0], int(one_by_one[1]))
    refresh_statistics(taken)
    return taken
