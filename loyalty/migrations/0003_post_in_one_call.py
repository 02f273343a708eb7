"""Accruing and redeeming as functions of the database: one round trip an operation.

Each takes the customer's account row first, so operations on one customer come one after another
and every later statement of the function sees what the one before them left. Each answers
(posted, moved, replayed, refusal); loyalty.services.ledger is the only caller.
"""

from django.db import migrations

# Which lots give `p_points`: those that live at `p_at`, the earliest to burn first, `p_first`
# before all. Fewer points than asked come back when there are no more.
FIFO = """
CREATE FUNCTION loyalty_fifo(
    p_account bigint, p_points bigint, p_at timestamptz, p_pending boolean, p_first bigint
) RETURNS TABLE (lot_id bigint, points bigint) LANGUAGE sql STABLE AS $$
    SELECT q.id, least(q.remaining, p_points - (q.upto - q.remaining))::bigint
    FROM (
        SELECT l.id, s.remaining, sum(s.remaining) OVER (
            ORDER BY l.id IS DISTINCT FROM p_first, l.expires_at NULLS LAST, l.id) AS upto
        FROM loyalty_lot l JOIN loyalty_lotstate s ON s.lot_id = l.id
        WHERE l.account_id = p_account AND s.remaining > 0
          AND (p_pending OR l.active_from <= p_at)
          AND (l.expires_at IS NULL OR l.expires_at > p_at)
    ) q
    WHERE q.upto - q.remaining < p_points
$$;
"""

# A personal account, made on first use and locked.
OWN = """
CREATE FUNCTION loyalty_own_account(
    p_workspace bigint, p_program bigint, p_customer bigint, p_kind text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE own bigint;
BEGIN
    SELECT id INTO own FROM loyalty_account
    WHERE program_id = p_program AND kind = p_kind AND customer_id = p_customer FOR UPDATE;
    IF own IS NULL THEN
        INSERT INTO loyalty_account (workspace_id, program_id, kind, customer_id, balance)
        VALUES (p_workspace, p_program, p_kind, p_customer, 0) ON CONFLICT DO NOTHING;
        SELECT id INTO own FROM loyalty_account
        WHERE program_id = p_program AND kind = p_kind AND customer_id = p_customer FOR UPDATE;
    END IF;
    RETURN own;
END $$;

CREATE FUNCTION loyalty_system_account(p_program bigint, p_kind text) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT id FROM loyalty_account
    WHERE program_id = p_program AND kind = p_kind AND customer_id IS NULL
$$;
"""

REDEEM = """
CREATE FUNCTION loyalty_redeem(
    p_workspace bigint, p_program bigint, p_customer bigint, p_key text, p_hash bytea,
    p_points bigint, p_order bigint, p_at timestamptz,
    OUT posted bigint, OUT moved bigint, OUT replayed boolean, OUT refusal text
) LANGUAGE plpgsql AS $$
DECLARE own bigint; known bytea; lots bigint[]; parts bigint[];
BEGIN
    SELECT id INTO own FROM loyalty_account
    WHERE program_id = p_program AND kind = 'customer' AND customer_id = p_customer FOR UPDATE;

    moved := p_points;
    SELECT id, payload_hash INTO posted, known FROM loyalty_transaction
    WHERE program_id = p_program AND idempotency_key = p_key;
    replayed := posted IS NOT NULL;
    IF replayed THEN
        IF known <> p_hash THEN refusal := 'idempotency_conflict'; END IF;
        RETURN;
    END IF;

    SELECT array_agg(f.lot_id), array_agg(f.points), sum(f.points) INTO lots, parts, moved
    FROM loyalty_fifo(own, p_points, p_at, false, NULL) f;
    IF coalesce(moved, 0) < p_points THEN
        refusal := 'insufficient_points';
        RETURN;
    END IF;

    INSERT INTO loyalty_transaction (workspace_id, program_id, kind, customer_id, idempotency_key,
        payload_hash, order_id, reason, actor, occurred_at)
    VALUES (p_workspace, p_program, 'redeem', p_customer, p_key, p_hash, p_order, '', '', p_at)
    RETURNING id INTO posted;
    INSERT INTO loyalty_entry (workspace_id, transaction_id, account_id, lot_id, amount,
        occurred_at)
    SELECT p_workspace, posted, own, t.lot_id, -t.points, p_at
    FROM unnest(lots, parts) AS t (lot_id, points)
    UNION ALL
    SELECT p_workspace, posted, loyalty_system_account(p_program, 'spent'), NULL, p_points, p_at;
END $$;
"""

# Debt is repaid first (L10): only what is left of the points becomes a lot.
ACCRUE = """
CREATE FUNCTION loyalty_accrue(
    p_workspace bigint, p_program bigint, p_customer bigint, p_key text, p_hash bytea,
    p_points bigint, p_order bigint, p_at timestamptz, p_active_from timestamptz,
    p_expires_at timestamptz,
    OUT posted bigint, OUT moved bigint, OUT replayed boolean, OUT refusal text
) LANGUAGE plpgsql AS $$
DECLARE
    own bigint := loyalty_own_account(p_workspace, p_program, p_customer, 'customer');
    known bytea; debt bigint; repaid bigint; fresh_lot bigint;
BEGIN
    moved := p_points;
    SELECT id, payload_hash INTO posted, known FROM loyalty_transaction
    WHERE program_id = p_program AND idempotency_key = p_key;
    replayed := posted IS NOT NULL;
    IF replayed THEN
        IF known <> p_hash THEN refusal := 'idempotency_conflict'; END IF;
        RETURN;
    END IF;

    SELECT id, least(-balance, p_points) INTO debt, repaid FROM loyalty_account
    WHERE program_id = p_program AND kind = 'debt' AND customer_id = p_customer AND balance < 0;
    repaid := coalesce(repaid, 0);

    INSERT INTO loyalty_transaction (workspace_id, program_id, kind, customer_id, idempotency_key,
        payload_hash, order_id, reason, actor, occurred_at)
    VALUES (p_workspace, p_program, 'accrue', p_customer, p_key, p_hash, p_order, '', '', p_at)
    RETURNING id INTO posted;
    IF repaid < p_points THEN
        INSERT INTO loyalty_lot (workspace_id, account_id, transaction_id, amount, active_from,
            expires_at)
        VALUES (p_workspace, own, posted, p_points - repaid, p_active_from, p_expires_at)
        RETURNING id INTO fresh_lot;
    END IF;
    INSERT INTO loyalty_entry (workspace_id, transaction_id, account_id, lot_id, amount,
        occurred_at)
    SELECT p_workspace, posted, side.account_id, side.lot_id, side.points, p_at
    FROM (VALUES
        (loyalty_system_account(p_program, 'issued'), NULL, -p_points),
        (own, fresh_lot, p_points - repaid),
        (debt, NULL, repaid)
    ) AS side (account_id, lot_id, points)
    WHERE side.points <> 0;
END $$;
"""

DROP = """
DROP FUNCTION loyalty_accrue(bigint, bigint, bigint, text, bytea, bigint, bigint, timestamptz,
    timestamptz, timestamptz);
DROP FUNCTION loyalty_redeem(bigint, bigint, bigint, text, bytea, bigint, bigint, timestamptz);
DROP FUNCTION loyalty_system_account(bigint, text);
DROP FUNCTION loyalty_own_account(bigint, bigint, bigint, text);
DROP FUNCTION loyalty_fifo(bigint, bigint, timestamptz, boolean, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0002_keep_the_books")]
    operations = [migrations.RunSQL(FIFO + OWN + REDEEM + ACCRUE, DROP)]
