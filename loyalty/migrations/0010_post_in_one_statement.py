"""Accruing and redeeming write a transaction, its lot and its entries as one statement.

So 0011 may ask for the entries when the statement ends, and nothing is left to ask at COMMIT.
"""

from importlib import import_module

from django.db import migrations

LOOKS = import_module("loyalty.migrations.0009_look_lots_up_by_key")
FEWER = import_module("loyalty.migrations.0006_post_with_fewer_looks")

REDEEM = """
CREATE OR REPLACE FUNCTION loyalty_redeem(
    p_workspace bigint, p_program bigint, p_customer bigint, p_key text, p_hash bytea,
    p_points bigint, p_order bigint, p_at timestamptz,
    OUT posted bigint, OUT moved bigint, OUT replayed boolean, OUT refusal text
) LANGUAGE plpgsql AS $$
DECLARE own bigint; lots bigint[]; parts bigint[];
BEGIN
    SELECT id INTO own FROM loyalty_account
    WHERE program_id = p_program AND kind = 'customer' AND customer_id = p_customer FOR UPDATE;

    SELECT ARRAY[f.id], ARRAY[p_points], p_points INTO lots, parts, moved FROM (
        SELECT l.id, s.remaining
        FROM loyalty_lot l CROSS JOIN LATERAL (
            SELECT remaining FROM loyalty_lotstate WHERE lot_id = l.id OFFSET 0
        ) s
        WHERE l.account_id = own AND s.remaining > 0 AND l.active_from <= p_at
          AND (l.expires_at IS NULL OR l.expires_at > p_at)
        ORDER BY l.expires_at, l.id LIMIT 1
    ) f WHERE f.remaining >= p_points;
    IF moved IS NULL THEN
        SELECT array_agg(f.lot_id), array_agg(f.points), sum(f.points) INTO lots, parts, moved
        FROM loyalty_fifo(own, p_points, p_at, false, NULL) f;
    END IF;
    IF moved = p_points THEN
        WITH t AS (
            INSERT INTO loyalty_transaction (workspace_id, program_id, kind, customer_id,
                idempotency_key, payload_hash, order_id, reason, actor, occurred_at)
            VALUES (p_workspace, p_program, 'redeem', p_customer, p_key, p_hash, p_order, '', '',
                p_at)
            ON CONFLICT (program_id, idempotency_key) DO NOTHING RETURNING id
        ), e AS (
            INSERT INTO loyalty_entry (workspace_id, transaction_id, account_id, lot_id, amount,
                occurred_at)
            SELECT p_workspace, t.id, own, part.lot_id, -part.points, p_at
            FROM t CROSS JOIN unnest(lots, parts) AS part (lot_id, points)
            UNION ALL
            SELECT p_workspace, t.id, a.id, NULL, p_points, p_at FROM t CROSS JOIN loyalty_account a
            WHERE a.program_id = p_program AND a.kind = 'spent' AND a.customer_id IS NULL
        )
        SELECT t.id, false INTO posted, replayed FROM t;
    END IF;
    IF posted IS NULL THEN
        SELECT known.posted, p_points, true, known.refusal INTO posted, moved, replayed, refusal
        FROM loyalty_posted_before(p_program, p_key, p_hash) known;
        IF NOT FOUND THEN refusal := 'insufficient_points'; END IF;
    END IF;
END $$;
"""
ACCRUE = """
CREATE OR REPLACE FUNCTION loyalty_accrue(
    p_workspace bigint, p_program bigint, p_customer bigint, p_key text, p_hash bytea,
    p_points bigint, p_order bigint, p_at timestamptz, p_active_from timestamptz,
    p_expires_at timestamptz,
    OUT posted bigint, OUT moved bigint, OUT replayed boolean, OUT refusal text
) LANGUAGE plpgsql AS $$
DECLARE own bigint; debt bigint; repaid bigint;
BEGIN
    SELECT id INTO own FROM loyalty_account
    WHERE program_id = p_program AND kind = 'customer' AND customer_id = p_customer FOR UPDATE;
    IF own IS NULL THEN
        own := loyalty_own_account(p_workspace, p_program, p_customer, 'customer');
    END IF;
    SELECT id, least(-balance, p_points) INTO debt, repaid FROM loyalty_account
    WHERE program_id = p_program AND kind = 'debt' AND customer_id = p_customer AND balance < 0;
    IF debt IS NULL THEN repaid := 0; END IF;

    WITH t AS (
        INSERT INTO loyalty_transaction (workspace_id, program_id, kind, customer_id,
            idempotency_key, payload_hash, order_id, reason, actor, occurred_at)
        VALUES (p_workspace, p_program, 'accrue', p_customer, p_key, p_hash, p_order, '', '', p_at)
        ON CONFLICT (program_id, idempotency_key) DO NOTHING RETURNING id
    ), l AS (
        INSERT INTO loyalty_lot (workspace_id, account_id, transaction_id, amount, active_from,
            expires_at)
        SELECT p_workspace, own, t.id, p_points - repaid, p_active_from, p_expires_at
        FROM t WHERE repaid < p_points RETURNING id
    ), e AS (
        INSERT INTO loyalty_entry (workspace_id, transaction_id, account_id, lot_id, amount,
            occurred_at)
        SELECT p_workspace, t.id, side.account_id, side.lot_id, side.points, p_at
        FROM t CROSS JOIN LATERAL (VALUES
            ((SELECT id FROM loyalty_account
              WHERE program_id = p_program AND kind = 'issued' AND customer_id IS NULL),
             NULL, -p_points),
            (own, (SELECT id FROM l), p_points - repaid),
            (debt, NULL, repaid)
        ) AS side (account_id, lot_id, points)
        WHERE side.points <> 0
    )
    SELECT t.id, p_points, false INTO posted, moved, replayed FROM t;
    IF posted IS NULL THEN
        SELECT known.posted, p_points, true, known.refusal INTO posted, moved, replayed, refusal
        FROM loyalty_posted_before(p_program, p_key, p_hash) known;
    END IF;
END $$;
"""


def _redeem_before() -> str:
    both: str = LOOKS._by_key(LOOKS.BEFORE)  # noqa: SLF001 (the text of that migration)
    return both[both.index("CREATE OR REPLACE FUNCTION loyalty_redeem(") :]


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0009_look_lots_up_by_key")]
    operations = [migrations.RunSQL(REDEEM + ACCRUE, _redeem_before() + FEWER.ACCRUE)]
