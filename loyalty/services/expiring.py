"""Books the points that have burned; whether they may be spent, the clock decides by itself."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from core.models import Workspace
from core.scoping import Scope, workspace_id_of
from loyalty.services import turns
from loyalty.services.accruing import LOCK_ACCOUNTS

# Few enough for what is posted together to stay in memory: larger sets cost more a lot.
CHUNK = 2_000

# OFFSET 0 keeps each a look-up through its key: as a join one step in many reads every account.
_DUE = """
SELECT array_agg(due.lot_id)::text, array_agg(a.id)::text, array_agg(a.customer_id)::text FROM (
    SELECT lot_id FROM loyalty_lotstate
    WHERE workspace_id = %(workspace)s AND remaining > 0 AND expires_at <= %(at)s
    ORDER BY expires_at LIMIT %(chunk)s
) due CROSS JOIN LATERAL (
    SELECT account_id FROM loyalty_lot WHERE id = due.lot_id OFFSET 0
) l CROSS JOIN LATERAL (
    SELECT id, customer_id FROM loyalty_account WHERE id = l.account_id OFFSET 0
) a
"""
# A transaction a lot, dated at the instant it burned; its key lets a lot burn once (L13). What
# is left is read anew: somebody may have spent it before the account was locked. Whether it is
# more than nothing is asked outside: inside, the index of what is due would be gone through.
_POST = """
WITH burned AS MATERIALIZED (
    SELECT p.id AS program_id, a.id AS account_id FROM loyalty_program p
    JOIN loyalty_account a ON a.program_id = p.id AND a.kind = 'expired' AND a.customer_id IS NULL
    WHERE p.workspace_id = %(workspace)s
), src AS MATERIALIZED (
    SELECT q.*, nextval('loyalty_transaction_id_seq') AS transaction_id
    FROM (
        SELECT due.lot_id, due.own_id, due.customer_id, s.remaining, s.expires_at,
               burned.program_id, burned.account_id AS expired_id
        FROM unnest(%(lots)s::bigint[], %(accounts)s::bigint[], %(customers)s::bigint[])
            AS due (lot_id, own_id, customer_id)
        CROSS JOIN burned
        CROSS JOIN LATERAL (
            SELECT remaining, expires_at FROM loyalty_lotstate WHERE lot_id = due.lot_id OFFSET 0
        ) s
        WHERE s.remaining > 0
        ORDER BY s.expires_at, due.lot_id
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
    while (done := _expire_chunk(workspace_id_of(tenant), at)) is not None:
        booked += done
    return booked


@transaction.atomic
def _expire_chunk(workspace_id: int, at: datetime) -> int | None:
    """How many of the next CHUNK were booked here; None when none is due."""
    turns.take(workspace_id=workspace_id)
    params: dict[str, Any] = {"workspace": workspace_id, "at": at, "chunk": CHUNK}
    with connection.cursor() as cursor:
        cursor.execute(_DUE, params)
        due = dict(zip(("lots", "accounts", "customers"), cursor.fetchone(), strict=True))
        if due["lots"] is None:
            return None
        cursor.execute(LOCK_ACCOUNTS, due)
        cursor.execute(_POST, params | due)
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
