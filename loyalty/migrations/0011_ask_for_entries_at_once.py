"""A transaction comes with its entries, in one statement; nothing is left to check at COMMIT.

Before, each transaction was looked at once more when all was committed, one call a row. A trigger
that sees all new transactions of a statement asks for all of them at once.
"""

from importlib import import_module

from django.db import migrations

FIRST = import_module("loyalty.migrations.0002_keep_the_books")
BEFORE = import_module("loyalty.migrations.0004_take_back_in_one_call")

# Plans are pinned to keys, as in the trigger on entries (OFFSET 0: this key, and no other): a
# session that began while the tables were tiny would go on reading all that a programme has.
PINNED = "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"

# What a transaction moved on an account, and what those that take it back have moved there since.
MOVED = """
CREATE FUNCTION loyalty_moved(p_transaction bigint, p_account bigint) RETURNS bigint
LANGUAGE sql STABLE {pinned} AS $$
    SELECT coalesce(sum(e.amount), 0)::bigint FROM (
        SELECT account_id, amount FROM loyalty_entry WHERE transaction_id = p_transaction OFFSET 0
    ) e WHERE e.account_id = p_account
$$;
CREATE FUNCTION loyalty_moved_back(p_transaction bigint, p_account bigint) RETURNS bigint
LANGUAGE sql STABLE {pinned} AS $$
    SELECT coalesce(sum(loyalty_moved(id, p_account)), 0)::bigint
    FROM loyalty_transaction WHERE reverses_id = p_transaction
$$;
"""

# floor(A x R / T), cumulative (L9): own lot first, then the earliest to burn, the rest is debt.
# Nothing to take back posts nothing.
REVERSE = """
CREATE OR REPLACE FUNCTION loyalty_reverse(
    p_workspace bigint, p_program bigint, p_order bigint, p_key text, p_hash bytea,
    p_refunded bigint, p_total bigint, p_at timestamptz,
    OUT posted bigint, OUT moved bigint, OUT replayed boolean, OUT refusal text
) LANGUAGE plpgsql {pinned} AS $$
DECLARE
    issued bigint := loyalty_system_account(p_program, 'issued');
    accrual bigint; who bigint; own bigint; earned bigint; own_lot bigint;
    lots bigint[]; parts bigint[]; taken bigint; debt bigint;
BEGIN
    replayed := false;
    moved := 0;
    SELECT q.id, q.customer_id INTO accrual, who FROM (
        SELECT * FROM loyalty_transaction WHERE order_id = p_order OFFSET 0
    ) q WHERE q.program_id = p_program AND q.kind = 'accrue';
    IF accrual IS NULL OR p_total = 0 THEN RETURN; END IF;
    own := loyalty_own_account(p_workspace, p_program, who, 'customer');

    SELECT known.posted, known.refusal INTO posted, refusal
    FROM loyalty_posted_before(p_program, p_key, p_hash) known;
    IF FOUND THEN
        moved := loyalty_moved(posted, issued);
        replayed := true;
        RETURN;
    END IF;

    earned := -loyalty_moved(accrual, issued);
    moved := div(earned::numeric * least(p_refunded, p_total), p_total)
        - loyalty_moved_back(accrual, issued);
    IF moved <= 0 THEN moved := 0; RETURN; END IF;

    SELECT lot_id INTO own_lot FROM loyalty_entry
    WHERE transaction_id = accrual AND lot_id IS NOT NULL;
    SELECT array_agg(f.lot_id), array_agg(f.points), coalesce(sum(f.points), 0)
    INTO lots, parts, taken FROM loyalty_fifo(own, moved, p_at, true, own_lot) f;
    IF taken < moved THEN
        debt := loyalty_own_account(p_workspace, p_program, who, 'debt');
    END IF;

    WITH t AS (
        INSERT INTO loyalty_transaction (workspace_id, program_id, kind, customer_id,
            idempotency_key, payload_hash, order_id, reverses_id, reason, actor, occurred_at)
        VALUES (p_workspace, p_program, 'reverse', who, p_key, p_hash, p_order, accrual, '', '',
            p_at)
        RETURNING id
    ), e AS (
        INSERT INTO loyalty_entry (workspace_id, transaction_id, account_id, lot_id, amount,
            occurred_at)
        SELECT p_workspace, t.id, own, part.lot_id, -part.points, p_at
        FROM t CROSS JOIN unnest(lots, parts) AS part (lot_id, points)
        UNION ALL SELECT p_workspace, t.id, debt, NULL, taken - moved, p_at
                  FROM t WHERE taken < moved
        UNION ALL SELECT p_workspace, t.id, issued, NULL, moved, p_at FROM t
    )
    SELECT t.id INTO posted FROM t;
END $$;
"""

# Points go back to the lots they came from, the last taken first; what has burned meanwhile
# comes back as one new lot that lives to `p_grace` (L11). p_points NULL: all that is left.
RETURN = """
CREATE OR REPLACE FUNCTION loyalty_return(
    p_workspace bigint, p_program bigint, p_taking bigint, p_kind text, p_key text, p_hash bytea,
    p_points bigint, p_reason text, p_actor text, p_at timestamptz, p_grace timestamptz,
    OUT posted bigint, OUT moved bigint, OUT replayed boolean, OUT refusal text
) LANGUAGE plpgsql {pinned} AS $$
DECLARE
    who bigint; own bigint; taken bigint; before bigint; burned bigint;
    lots bigint[]; parts bigint[];
    other text := CASE WHEN p_kind = 'adjust' THEN 'adjusted' ELSE 'spent' END;
    taking text := CASE WHEN p_kind = 'adjust' THEN 'adjust' ELSE 'redeem' END;
BEGIN
    replayed := false;
    moved := 0;
    SELECT q.customer_id INTO who FROM (
        SELECT * FROM loyalty_transaction WHERE id = p_taking OFFSET 0
    ) q WHERE q.program_id = p_program AND q.kind = taking;
    IF who IS NULL THEN refusal := 'not_reversible'; RETURN; END IF;
    own := loyalty_own_account(p_workspace, p_program, who, 'customer');

    SELECT known.posted, known.refusal INTO posted, refusal
    FROM loyalty_posted_before(p_program, p_key, p_hash) known;
    IF FOUND THEN
        moved := loyalty_moved(posted, own);
        replayed := true;
        RETURN;
    END IF;

    taken := -loyalty_moved(p_taking, own);
    before := loyalty_moved_back(p_taking, own);
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
            FROM (SELECT * FROM loyalty_entry WHERE transaction_id = p_taking OFFSET 0) q
            WHERE account_id = own
        ) e JOIN loyalty_lot l ON l.id = e.lot_id
        WHERE e.upto > before AND e.upto - e.points < before + moved
    )
    SELECT array_agg(lot_id) FILTER (WHERE NOT is_burned),
           array_agg(points) FILTER (WHERE NOT is_burned),
           coalesce(sum(points) FILTER (WHERE is_burned), 0) INTO lots, parts, burned
    FROM slices;

    WITH t AS (
        INSERT INTO loyalty_transaction (workspace_id, program_id, kind, customer_id,
            idempotency_key, payload_hash, reverses_id, reason, actor, occurred_at)
        VALUES (p_workspace, p_program, p_kind, who, p_key, p_hash, p_taking, p_reason, p_actor,
            p_at)
        RETURNING id
    ), l AS (
        INSERT INTO loyalty_lot (workspace_id, account_id, transaction_id, amount, active_from,
            expires_at)
        SELECT p_workspace, own, t.id, burned, p_at, p_grace FROM t WHERE burned > 0 RETURNING id
    ), e AS (
        INSERT INTO loyalty_entry (workspace_id, transaction_id, account_id, lot_id, amount,
            occurred_at)
        SELECT p_workspace, t.id, side.account_id, side.lot_id, side.points, p_at
        FROM t CROSS JOIN LATERAL (
            SELECT own, part.lot_id, part.points FROM unnest(lots, parts) AS part (lot_id, points)
            UNION ALL SELECT own, l.id, burned FROM l
            UNION ALL SELECT loyalty_system_account(p_program, other), NULL, -moved
        ) AS side (account_id, lot_id, points)
    )
    SELECT t.id INTO posted FROM t;
END $$;
"""

# Points given (p_points > 0: a new lot) or taken (< 0: as a redemption takes them) by hand.
# p_undoes names the adjustment that this one undoes: its own lot gives first.
ADJUST = """
CREATE OR REPLACE FUNCTION loyalty_adjust(
    p_workspace bigint, p_program bigint, p_customer bigint, p_key text, p_hash bytea,
    p_points bigint, p_reason text, p_actor text, p_undoes bigint, p_at timestamptz,
    p_expires_at timestamptz,
    OUT posted bigint, OUT moved bigint, OUT replayed boolean, OUT refusal text
) LANGUAGE plpgsql {pinned} AS $$
DECLARE
    own bigint := loyalty_own_account(p_workspace, p_program, p_customer, 'customer');
    own_lot bigint; lots bigint[]; parts bigint[]; taken bigint;
BEGIN
    moved := p_points;
    SELECT known.posted, known.refusal, true INTO posted, refusal, replayed
    FROM loyalty_posted_before(p_program, p_key, p_hash) known;
    IF FOUND THEN RETURN; END IF;
    replayed := false;
    IF p_points < 0 THEN
        SELECT lot_id INTO own_lot FROM loyalty_entry
        WHERE transaction_id = p_undoes AND lot_id IS NOT NULL LIMIT 1;
        SELECT array_agg(f.lot_id), array_agg(-f.points), coalesce(sum(f.points), 0)
        INTO lots, parts, taken FROM loyalty_fifo(own, -p_points, p_at, true, own_lot) f;
        IF taken < -p_points THEN refusal := 'insufficient_points'; RETURN; END IF;
    END IF;

    WITH t AS (
        INSERT INTO loyalty_transaction (workspace_id, program_id, kind, customer_id,
            idempotency_key, payload_hash, reverses_id, reason, actor, occurred_at)
        VALUES (p_workspace, p_program, 'adjust', p_customer, p_key, p_hash, p_undoes, p_reason,
            p_actor, p_at)
        RETURNING id
    ), l AS (
        INSERT INTO loyalty_lot (workspace_id, account_id, transaction_id, amount, active_from,
            expires_at)
        SELECT p_workspace, own, t.id, p_points, p_at, p_expires_at FROM t WHERE p_points > 0
        RETURNING id
    ), e AS (
        INSERT INTO loyalty_entry (workspace_id, transaction_id, account_id, lot_id, amount,
            occurred_at)
        SELECT p_workspace, t.id, side.account_id, side.lot_id, side.points, p_at
        FROM t CROSS JOIN LATERAL (
            SELECT own, part.lot_id, part.points FROM unnest(lots, parts) AS part (lot_id, points)
            UNION ALL SELECT own, l.id, p_points FROM l
            UNION ALL SELECT loyalty_system_account(p_program, 'adjusted'), NULL, -p_points
        ) AS side (account_id, lot_id, points)
    )
    SELECT t.id INTO posted FROM t;
END $$;
"""

# Only now that every service writes so: each transaction of a statement must have its entries.
POSTED = """
DROP TRIGGER loyalty_transaction_is_posted ON loyalty_transaction;
DROP FUNCTION loyalty_transaction_has_entries();
CREATE FUNCTION loyalty_transactions_have_entries() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off AS $$
DECLARE bare bigint;
BEGIN
    SELECT f.id INTO bare FROM fresh f
    WHERE NOT EXISTS (SELECT FROM loyalty_entry WHERE transaction_id = f.id OFFSET 0) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transaction % has no entries', bare
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'loyalty_transaction_is_posted';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER loyalty_transaction_is_posted AFTER INSERT ON loyalty_transaction
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT
    EXECUTE FUNCTION loyalty_transactions_have_entries();
"""
UNPOSTED = """
DROP TRIGGER loyalty_transaction_is_posted ON loyalty_transaction;
DROP FUNCTION loyalty_transactions_have_entries();
"""
UNMOVED = """
DROP FUNCTION loyalty_moved_back(bigint, bigint);
DROP FUNCTION loyalty_moved(bigint, bigint);
"""


def _guard_before() -> str:
    whole: str = FIRST.POST
    return whole[whole.index("CREATE FUNCTION loyalty_transaction_has_entries") :]


def _functions_before() -> str:
    functions: str = BEFORE.REVERSE + BEFORE.RETURN + BEFORE.ADJUST
    return functions.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0010_post_in_one_statement")]
    operations = [
        migrations.RunSQL(
            (MOVED + REVERSE + RETURN + ADJUST + POSTED).replace("{pinned}", PINNED),
            UNPOSTED + _guard_before() + _functions_before() + UNMOVED,
        ),
    ]
