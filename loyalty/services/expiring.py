"""Books the points that have burned; whether they may be spent, the clock decides by itself."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from core.models import Workspace
from core.scoping import Scope, workspace_id_of

# Few enough for what is posted together to stay in memory: larger sets cost more a lot.
CHUNK = 4_000

_LOCK = """
SELECT array_agg(id) FROM (
    SELECT id FROM loyalty_account WHERE id IN (
        SELECT l.account_id FROM (
            SELECT lot_id FROM loyalty_lotstate
            WHERE workspace_id = %(workspace)s AND remaining > 0 AND expires_at <= %(at)s
            ORDER BY expires_at LIMIT %(chunk)s
        ) due JOIN loyalty_lot l ON l.id = due.lot_id)
    ORDER BY id FOR UPDATE
) locked
"""
# A transaction a lot, dated at the instant it burned; its key lets a lot burn once (L13).
_POST = """
WITH src AS MATERIALIZED (
    SELECT q.*, nextval('loyalty_transaction_id_seq') AS transaction_id
    FROM (
        SELECT s.lot_id, s.remaining, s.expires_at, a.id AS own_id, a.customer_id, a.program_id,
               burned.id AS expired_id
        FROM unnest(%(accounts)s) AS own
        JOIN loyalty_account a ON a.id = own
        JOIN loyalty_account burned ON burned.program_id = a.program_id
            AND burned.kind = 'expired' AND burned.customer_id IS NULL
        JOIN loyalty_lot l ON l.account_id = a.id AND l.expires_at <= %(at)s
        JOIN loyalty_lotstate s ON s.lot_id = l.id AND s.remaining > 0
        ORDER BY s.expires_at, s.lot_id
    ) q
), transactions AS (
    INSERT INTO loyalty_transaction (id, workspace_id, program_id, kind, customer_id,
        idempotency_key, payload_hash, reason, actor, occurred_at)
    SELECT transaction_id, %(workspace)s, program_id, 'expire', customer_id,
        'expire:lot:' || lot_id,
        sha256(convert_to(concat_ws(':', 'expire', lot_id, remaining), 'UTF8')),
        '', '', expires_at
    FROM src
), entries AS (
    INSERT INTO loyalty_entry (workspace_id, transaction_id, account_id, lot_id, amount,
        occurred_at)
    SELECT %(workspace)s, src.transaction_id, side.account_id, side.lot_id, side.points,
        src.expires_at
    FROM src CROSS JOIN LATERAL (VALUES
        (src.own_id, src.lot_id, -src.remaining), (src.expired_id, NULL, src.remaining)
    ) AS side (account_id, lot_id, points)
)
SELECT count(*) FROM src
"""


def expire_due(*, tenant: "Scope | Workspace | int", at: datetime) -> int:
    """Book every lot of a workspace that has burned by `at`; returns how many.

    Works in chunks of their own transactions; run again, or twice at once, it books none twice.
    """
    booked = 0
    while done := _expire_chunk(workspace_id_of(tenant), at):
        booked += done
    return booked


@transaction.atomic
def _expire_chunk(workspace_id: int, at: datetime) -> int:
    params: dict[str, Any] = {"workspace": workspace_id, "at": at, "chunk": CHUNK}
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, params)
        accounts = cursor.fetchone()[0]
        if not accounts:
            return 0
        cursor.execute(_POST, params | {"accounts": accounts})
        return int(cursor.fetchone()[0])


def expire_everywhere(*, at: datetime) -> int:
    """Book what has burned in every workspace; cheap when there is nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.id FROM core_workspace w WHERE EXISTS (SELECT FROM loyalty_lotstate s"
            " WHERE s.workspace_id = w.id AND s.remaining > 0 AND s.expires_at <= %s)",
            [at],
        )
        due = [row[0] for row in cursor.fetchall()]
    return sum(expire_due(tenant=workspace_id, at=at) for workspace_id in due)
