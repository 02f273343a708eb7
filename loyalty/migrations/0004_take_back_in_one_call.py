"""Reversals, returns and adjustments as functions of the database, like 0003."""

from django.db import migrations

# floor(A x R / T), cumulative (L9): own lot first, then the earliest to burn, the rest is debt.
# Nothing to take back posts nothing.
REVERSE = """
CREATE FUNCTION loyalty_reverse(
    p_workspace bigint, p_program bigint, p_order bigint, p_key text, p_hash bytea,
    p_refunded bigint, p_total bigint, p_at timestamptz,
    OUT posted bigint, OUT moved bigint, OUT replayed boolean, OUT refusal text
) LANGUAGE plpgsql AS $$
DECLARE
    accrual bigint; who bigint; own bigint; known bytea; issued bigint; own_lot bigint;
    lots bigint[]; parts bigint[]; taken bigint; debt bigint;
BEGIN
    replayed := false;
    moved := 0;
    SELECT id, customer_id INTO accrual, who FROM loyalty_transaction
    WHERE program_id = p_program AND order_id = p_order AND kind = 'accrue';
    IF accrual IS NULL OR p_total = 0 THEN RETURN; END IF;
    own := loyalty_own_account(p_workspace, p_program, who, 'customer');

    SELECT t.id, t.payload_hash, e.amount INTO posted, known, moved
    FROM loyalty_transaction t
    JOIN loyalty_entry e ON e.transaction_id = t.id
        AND e.account_id = loyalty_system_account(p_program, 'issued')
    WHERE t.program_id = p_program AND t.idempotency_key = p_key;
    IF posted IS NOT NULL THEN
        replayed := true;
        IF known <> p_hash THEN refusal := 'idempotency_conflict'; END IF;
        RETURN;
    END IF;

    issued := loyalty_system_account(p_program, 'issued');
    SELECT div(-sum(e.amount) FILTER (WHERE t.id = accrual) * least(p_refunded, p_total), p_total)
           - coalesce(sum(e.amount) FILTER (WHERE t.id <> accrual), 0) INTO moved
    FROM loyalty_transaction t JOIN loyalty_entry e ON e.transaction_id = t.id
    WHERE (t.id = accrual OR t.reverses_id = accrual) AND e.account_id = issued;
    IF moved <= 0 THEN moved := 0; RETURN; END IF;

    SELECT lot_id INTO own_lot FROM loyalty_entry
    WHERE transaction_id = accrual AND lot_id IS NOT NULL;
    SELECT array_agg(f.lot_id), array_agg(f.points), coalesce(sum(f.points), 0)
    INTO lots, parts, taken FROM loyalty_fifo(own, moved, p_at, true, own_lot) f;
    IF taken < moved THEN
        debt := loyalty_own_account(p_workspace, p_program, who, 'debt');
    END IF;

    INSERT INTO loyalty_transaction (workspace_id, program_id, kind, customer_id, idempotency_key,
        payload_hash, order_id, reverses_id, reason, actor, occurred_at)
    VALUES (p_workspace, p_program, 'reverse', who, p_key, p_hash, p_order, accrual, '', '', p_at)
    RETURNING id INTO posted;
    INSERT INTO loyalty_entry (workspace_id, transaction_id, account_id, lot_id, amount,
        occurred_at)
    SELECT p_workspace, posted, own, t.lot_id, -t.points, p_at
    FROM unnest(lots, parts) AS t (lot_id, points)
    UNION ALL SELECT p_workspace, posted, debt, NULL, taken - moved, p_at WHERE taken < moved
    UNION ALL SELECT p_workspace, posted, issued, NULL, moved, p_at;
END $$;
"""

# Points go back to the lots they came from, the last taken first; what has burned meanwhile
# comes back as one new lot that lives to `p_grace` (L11). p_points NULL: all that is left.
RETURN = """
CREATE FUNCTION loyalty_return(
    p_workspace bigint, p_program bigint, p_taking bigint, p_kind text, p_key text, p_hash bytea,
    p_points bigint, p_reason text, p_actor text, p_at timestamptz, p_grace timestamptz,
    OUT posted bigint, OUT moved bigint, OUT replayed boolean, OUT refusal text
) LANGUAGE plpgsql AS $$
DECLARE
    who bigint; own bigint; known bytea; taken bigint; before bigint; burned bigint;
    grace_lot bigint; lots bigint[]; parts bigint[];
    other text := CASE WHEN p_kind = 'adjust' THEN 'adjusted' ELSE 'spent' END;
    taking text := CASE WHEN p_kind = 'adjust' THEN 'adjust' ELSE 'redeem' END;
BEGIN
    replayed := false;
    moved := 0;
    SELECT customer_id INTO who FROM loyalty_transaction
    WHERE id = p_taking AND program_id = p_program AND kind = taking;
    IF who IS NULL THEN refusal := 'not_reversible'; RETURN; END IF;
    own := loyalty_own_account(p_workspace, p_program, who, 'customer');

    SELECT t.id, t.payload_hash, e.points INTO posted, known, moved
    FROM loyalty_transaction t CROSS JOIN LATERAL (
        SELECT sum(amount) AS points FROM loyalty_entry
        WHERE transaction_id = t.id AND account_id = own) e
    WHERE t.program_id = p_program AND t.idempotency_key = p_key;
    IF posted IS NOT NULL THEN
        replayed := true;
        IF known <> p_hash THEN refusal := 'idempotency_conflict'; END IF;
        RETURN;
    END IF;

    SELECT coalesce(-sum(e.amount) FILTER (WHERE t.id = p_taking), 0),
           coalesce(sum(e.amount) FILTER (WHERE t.id <> p_taking), 0) INTO taken, before
    FROM loyalty_transaction t JOIN loyalty_entry e ON e.transaction_id = t.id
    WHERE (t.id = p_taking OR t.reverses_id = p_taking) AND e.account_id = own;
    moved := coalesce(p_points, taken - before);
    IF moved <= 0 OR moved > taken - before THEN
        moved := 0;
        refusal := 'nothing_to_return';
        RETURN;
    END IF;

    WITH slices AS (
        SELECT e.lot_id, l.expires_at <= p_at IS TRUE AS is_burned,
               least(e.upto, before + moved) - greatest(e.upto - e.points, before) AS points
        FROM (
            SELECT lot_id, -amount AS points, sum(-amount) OVER (ORDER BY id DESC) AS upto
            FROM loyalty_entry WHERE transaction_id = p_taking AND account_id = own
        ) e JOIN loyalty_lot l ON l.id = e.lot_id
        WHERE e.upto > before AND e.upto - e.points < before + moved
    )
    SELECT array_agg(lot_id) FILTER (WHERE NOT is_burned),
           array_agg(points) FILTER (WHERE NOT is_burned),
           coalesce(sum(points) FILTER (WHERE is_burned), 0) INTO lots, parts, burned
    FROM slices;

    INSERT INTO loyalty_transaction (workspace_id, program_id, kind, customer_id, idempotency_key,
        payload_hash, reverses_id, reason, actor, occurred_at)
    VALUES (p_workspace, p_program, p_kind, who, p_key, p_hash, p_taking, p_reason, p_actor, p_at)
    RETURNING id INTO posted;
    IF burned > 0 THEN
        INSERT INTO loyalty_lot (workspace_id, account_id, transaction_id, amount, active_from,
            expires_at)
        VALUES (p_workspace, own, posted, burned, p_at, p_grace) RETURNING id INTO grace_lot;
    END IF;
    INSERT INTO loyalty_entry (workspace_id, transaction_id, account_id, lot_id, amount,
        occurred_at)
    SELECT p_workspace, posted, own, t.lot_id, t.points, p_at
    FROM unnest(lots, parts) AS t (lot_id, points)
    UNION ALL SELECT p_workspace, posted, own, grace_lot, burned, p_at WHERE burned > 0
    UNION ALL SELECT p_workspace, posted, loyalty_system_account(p_program, other), NULL,
                     -moved, p_at;
END $$;
"""

# Points given (p_points > 0: a new lot) or taken (< 0: as a redemption takes them) by hand.
# p_undoes names the adjustment that this one undoes: its own lot gives first.
ADJUST = """
CREATE FUNCTION loyalty_adjust(
    p_workspace bigint, p_program bigint, p_customer bigint, p_key text, p_hash bytea,
    p_points bigint, p_reason text, p_actor text, p_undoes bigint, p_at timestamptz,
    p_expires_at timestamptz,
    OUT posted bigint, OUT moved bigint, OUT replayed boolean, OUT refusal text
) LANGUAGE plpgsql AS $$
DECLARE
    own bigint := loyalty_own_account(p_workspace, p_program, p_customer, 'customer');
    known bytea; own_lot bigint; lots bigint[]; parts bigint[]; taken bigint;
BEGIN
    moved := p_points;
    SELECT id, payload_hash INTO posted, known FROM loyalty_transaction
    WHERE program_id = p_program AND idempotency_key = p_key;
    replayed := posted IS NOT NULL;
    IF replayed THEN
        IF known <> p_hash THEN refusal := 'idempotency_conflict'; END IF;
        RETURN;
    END IF;
    IF p_points < 0 THEN
        SELECT lot_id INTO own_lot FROM loyalty_entry
        WHERE transaction_id = p_undoes AND lot_id IS NOT NULL LIMIT 1;
        SELECT array_agg(f.lot_id), array_agg(-f.points), coalesce(sum(f.points), 0)
        INTO lots, parts, taken FROM loyalty_fifo(own, -p_points, p_at, true, own_lot) f;
        IF taken < -p_points THEN refusal := 'insufficient_points'; RETURN; END IF;
    END IF;

    INSERT INTO loyalty_transaction (workspace_id, program_id, kind, customer_id, idempotency_key,
        payload_hash, reverses_id, reason, actor, occurred_at)
    VALUES (p_workspace, p_program, 'adjust', p_customer, p_key, p_hash, p_undoes, p_reason,
        p_actor, p_at)
    RETURNING id INTO posted;
    IF p_points > 0 THEN
        INSERT INTO loyalty_lot (workspace_id, account_id, transaction_id, amount, active_from,
            expires_at)
        VALUES (p_workspace, own, posted, p_points, p_at, p_expires_at) RETURNING id INTO own_lot;
        lots := ARRAY[own_lot];
        parts := ARRAY[p_points];
    END IF;
    INSERT INTO loyalty_entry (workspace_id, transaction_id, account_id, lot_id, amount,
        occurred_at)
    SELECT p_workspace, posted, own, t.lot_id, t.points, p_at
    FROM unnest(lots, parts) AS t (lot_id, points)
    UNION ALL SELECT p_workspace, posted, loyalty_system_account(p_program, 'adjusted'), NULL,
                     -p_points, p_at;
END $$;
"""

DROP = """
DROP FUNCTION loyalty_adjust(bigint, bigint, bigint, text, bytea, bigint, text, text, bigint,
    timestamptz, timestamptz);
DROP FUNCTION loyalty_return(bigint, bigint, bigint, text, text, bytea, bigint, text, text,
    timestamptz, timestamptz);
DROP FUNCTION loyalty_reverse(bigint, bigint, bigint, text, bytea, bigint, bigint, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0003_post_in_one_call")]
    operations = [migrations.RunSQL(REVERSE + RETURN + ADJUST, DROP)]
