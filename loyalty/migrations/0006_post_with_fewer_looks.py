"""The same promises of the books for fewer statements, foreign keys and expressions an operation.

docs/ledger.md ("What an operation costs") says what each of these saves and what keeps the promise.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

BEFORE = import_module("loyalty.migrations.0002_keep_the_books")
CALLS = import_module("loyalty.migrations.0003_post_in_one_call")

# A condition of an UPDATE trigger, like a CHECK, is read anew by every statement that meets it.
# So the triggers name their columns, and what can never change is looked at when a row is born.
GUARD = """
DROP TRIGGER loyalty_account_balance_by_hand ON loyalty_account;
DROP TRIGGER loyalty_account_stays ON loyalty_account;
CREATE TRIGGER loyalty_account_balance_by_hand BEFORE UPDATE OF balance ON loyalty_account
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION loyalty_refuse_by_hand();
CREATE TRIGGER loyalty_account_stays
    BEFORE UPDATE OF id, workspace_id, program_id, kind, customer_id ON loyalty_account
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE FUNCTION loyalty_refuse_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an account is a customer''s or a debt''s if and only if it names a customer'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'loyalty_account_customer_iff_personal';
END $$;
CREATE TRIGGER loyalty_account_customer_iff_personal BEFORE INSERT ON loyalty_account
    FOR EACH ROW WHEN ((NEW.kind IN ('customer', 'debt')) <> (NEW.customer_id IS NOT NULL))
    EXECUTE FUNCTION loyalty_refuse_account();
"""
UNGUARD = """
DROP TRIGGER loyalty_account_customer_iff_personal ON loyalty_account;
DROP FUNCTION loyalty_refuse_account();
DROP TRIGGER loyalty_account_stays ON loyalty_account;
DROP TRIGGER loyalty_account_balance_by_hand ON loyalty_account;
CREATE TRIGGER loyalty_account_balance_by_hand BEFORE UPDATE ON loyalty_account
    FOR EACH ROW WHEN (OLD.balance <> NEW.balance AND pg_trigger_depth() = 0)
    EXECUTE FUNCTION loyalty_refuse_by_hand();
CREATE TRIGGER loyalty_account_stays BEFORE UPDATE ON loyalty_account
    FOR EACH ROW WHEN (
        (OLD.id, OLD.workspace_id, OLD.program_id, OLD.kind, OLD.customer_id)
        IS DISTINCT FROM
        (NEW.id, NEW.workspace_id, NEW.program_id, NEW.kind, NEW.customer_id)
    ) EXECUTE FUNCTION core_refuse_change();
"""

# A few entries are posted one by one: a look through a key costs less than a join of all they
# name, and each look is a condition of the statement that writes. Many are posted as sets, with
# one pass over what they name. Plans are pinned to keys, so no table's size is paid for.
POST = """
CREATE OR REPLACE FUNCTION loyalty_post_entries() RETURNS trigger LANGUAGE plpgsql
    SET enable_nestloop = on SET enable_hashjoin = off SET enable_mergejoin = off
    SET enable_seqscan = off AS $$
DECLARE
    entry record; entries bigint; impersonal bigint := 0; is_several boolean; is_wrong boolean;
BEGIN
    SELECT count(*), min(f.transaction_id) <> max(f.transaction_id),
           sum(f.amount) <> 0 OR count(*) = 1 OR count(*) <> (
               SELECT count(*) FROM loyalty_entry e WHERE e.transaction_id = min(f.transaction_id))
    INTO entries, is_several, is_wrong FROM fresh f;
    IF is_several THEN
        is_wrong := EXISTS (
            SELECT FROM (
                SELECT transaction_id, sum(amount) AS total, count(*) AS here
                FROM fresh GROUP BY transaction_id
            ) f
            WHERE f.total <> 0 OR f.here < 2 OR f.here <> (
                SELECT count(*) FROM loyalty_entry e WHERE e.transaction_id = f.transaction_id));
    END IF;
    IF is_wrong THEN
        RAISE EXCEPTION 'the entries of a transaction come at once, two or more, and sum to zero'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'loyalty_entry_balanced';
    END IF;

    IF is_several THEN
        {as_sets}
    ELSE
        {one_by_one}
        is_wrong := is_wrong OR (entries > 0 AND impersonal = entries);
    END IF;
    IF is_wrong THEN
        RAISE EXCEPTION 'an entry names a lot of its own account, and its transaction''s customer'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'loyalty_entry_belongs';
    END IF;
    RETURN NULL;
END $$;
"""
# A statement that finds no row to write has met an entry that does not belong.
ONE_BY_ONE = """
        FOR entry IN
            SELECT f.account_id, f.lot_id, f.amount, t.id AS transaction_id, t.workspace_id,
                   t.program_id, t.customer_id
            FROM fresh f LEFT JOIN loyalty_transaction t ON t.id = f.transaction_id
                AND t.workspace_id = f.workspace_id AND t.occurred_at = f.occurred_at
                AND (t.kind <> 'adjust' OR (t.reason <> '' AND t.actor <> ''))
        LOOP
            IF entry.lot_id IS NULL THEN
                PERFORM FROM loyalty_account
                WHERE id = entry.account_id AND workspace_id = entry.workspace_id
                  AND program_id = entry.program_id AND customer_id IS NULL;
                IF FOUND THEN
                    impersonal := impersonal + 1;
                ELSE
                    UPDATE loyalty_account SET balance = balance + entry.amount
                    WHERE id = entry.account_id AND workspace_id = entry.workspace_id
                      AND program_id = entry.program_id AND customer_id = entry.customer_id
                      AND kind = 'debt';
                END IF;
            ELSE
                IF entry.amount > 0 THEN
                    INSERT INTO loyalty_lotstate (lot_id, workspace_id, amount, expires_at,
                        remaining)
                    SELECT id, workspace_id, amount, expires_at, amount FROM loyalty_lot
                    WHERE id = entry.lot_id AND account_id = entry.account_id
                      AND workspace_id = entry.workspace_id AND amount = entry.amount
                      AND transaction_id = entry.transaction_id;
                END IF;
                IF entry.amount < 0 OR NOT FOUND THEN
                    UPDATE loyalty_lotstate s SET remaining = s.remaining + entry.amount
                    FROM loyalty_lot l
                    WHERE s.lot_id = entry.lot_id AND l.id = entry.lot_id
                      AND l.account_id = entry.account_id AND l.workspace_id = entry.workspace_id
                      AND l.transaction_id <> entry.transaction_id;
                END IF;
                IF FOUND THEN
                    UPDATE loyalty_account SET balance = balance + entry.amount
                    WHERE id = entry.account_id AND workspace_id = entry.workspace_id
                      AND program_id = entry.program_id AND customer_id = entry.customer_id
                      AND kind = 'customer';
                END IF;
            END IF;
            IF NOT FOUND THEN is_wrong := true; EXIT; END IF;
        END LOOP;
"""
# Outer joins keep the entry first. A lot born by these entries is not drawn from by them: the
# draw would find no state, and `drawn` would be one short.
AS_SETS = """
        WITH c AS MATERIALIZED (
            SELECT f.transaction_id, f.account_id, f.lot_id, f.amount, f.workspace_id,
                   a.customer_id, l.expires_at, l.transaction_id = f.transaction_id AS is_birth,
                   (t.workspace_id, t.program_id) IS DISTINCT FROM (a.workspace_id, a.program_id)
                   OR f.workspace_id <> t.workspace_id
                   OR f.occurred_at <> t.occurred_at
                   OR a.customer_id <> t.customer_id
                   OR (t.kind = 'adjust' AND (t.reason = '' OR t.actor = ''))
                   OR (l.transaction_id = f.transaction_id AND f.amount <> l.amount)
                   OR CASE WHEN a.kind = 'customer'
                       THEN (l.account_id, l.workspace_id) IS DISTINCT FROM (a.id, a.workspace_id)
                       ELSE f.lot_id IS NOT NULL END AS is_wrong
            FROM fresh f
            LEFT JOIN loyalty_account a ON a.id = f.account_id
            LEFT JOIN loyalty_transaction t ON t.id = f.transaction_id
            LEFT JOIN loyalty_lot l ON l.id = f.lot_id
        ), paid AS (
            UPDATE loyalty_account a SET balance = a.balance + sums.points
            FROM (SELECT account_id, sum(amount) AS points FROM c
                  WHERE customer_id IS NOT NULL GROUP BY 1) sums
            WHERE a.id = sums.account_id
        ), born AS (
            INSERT INTO loyalty_lotstate (lot_id, workspace_id, amount, expires_at, remaining)
            SELECT lot_id, workspace_id, amount, expires_at, amount FROM c WHERE is_birth
        ), drawn AS (
            UPDATE loyalty_lotstate s SET remaining = s.remaining + sums.points
            FROM (SELECT lot_id, sum(amount) AS points FROM c
                  WHERE NOT is_birth GROUP BY 1) sums
            WHERE s.lot_id = sums.lot_id RETURNING 1
        )
        SELECT bool_or(c.is_wrong)
            OR (SELECT count(*) FROM drawn)
                <> (SELECT count(DISTINCT lot_id) FROM c WHERE NOT is_birth)
            OR EXISTS (SELECT FROM c GROUP BY transaction_id HAVING count(customer_id) = 0)
        INTO is_wrong FROM c;
"""

# A key that was posted before is found by the insert that it stops, not by a look before it.
KNOWN = """
CREATE FUNCTION loyalty_posted_before(p_program bigint, p_key text, p_hash bytea)
RETURNS TABLE (posted bigint, refusal text) LANGUAGE sql STABLE AS $$
    SELECT id, CASE WHEN payload_hash <> p_hash THEN 'idempotency_conflict' END
    FROM loyalty_transaction WHERE program_id = p_program AND idempotency_key = p_key
$$;
"""
# One lot is enough most of the time; only when the first is not are several shared out.
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
        FROM loyalty_lot l JOIN loyalty_lotstate s ON s.lot_id = l.id
        WHERE l.account_id = own AND s.remaining > 0 AND l.active_from <= p_at
          AND (l.expires_at IS NULL OR l.expires_at > p_at)
        ORDER BY l.expires_at, l.id LIMIT 1
    ) f WHERE f.remaining >= p_points;
    IF moved IS NULL THEN
        SELECT array_agg(f.lot_id), array_agg(f.points), sum(f.points) INTO lots, parts, moved
        FROM loyalty_fifo(own, p_points, p_at, false, NULL) f;
    END IF;
    IF moved = p_points THEN
        INSERT INTO loyalty_transaction (workspace_id, program_id, kind, customer_id,
            idempotency_key, payload_hash, order_id, reason, actor, occurred_at)
        VALUES (p_workspace, p_program, 'redeem', p_customer, p_key, p_hash, p_order, '', '', p_at)
        ON CONFLICT (program_id, idempotency_key) DO NOTHING
        RETURNING id, false INTO posted, replayed;
    END IF;
    IF posted IS NULL THEN
        SELECT known.posted, p_points, true, known.refusal INTO posted, moved, replayed, refusal
        FROM loyalty_posted_before(p_program, p_key, p_hash) known;
        IF NOT FOUND THEN refusal := 'insufficient_points'; END IF;
        RETURN;
    END IF;

    INSERT INTO loyalty_entry (workspace_id, transaction_id, account_id, lot_id, amount,
        occurred_at)
    SELECT p_workspace, posted, own, t.lot_id, -t.points, p_at
    FROM unnest(lots, parts) AS t (lot_id, points)
    UNION ALL
    SELECT p_workspace, posted, id, NULL, p_points, p_at FROM loyalty_account
    WHERE program_id = p_program AND kind = 'spent' AND customer_id IS NULL;
END $$;
"""
ACCRUE = """
CREATE OR REPLACE FUNCTION loyalty_accrue(
    p_workspace bigint, p_program bigint, p_customer bigint, p_key text, p_hash bytea,
    p_points bigint, p_order bigint, p_at timestamptz, p_active_from timestamptz,
    p_expires_at timestamptz,
    OUT posted bigint, OUT moved bigint, OUT replayed boolean, OUT refusal text
) LANGUAGE plpgsql AS $$
DECLARE own bigint; debt bigint; repaid bigint; fresh_lot bigint;
BEGIN
    SELECT id INTO own FROM loyalty_account
    WHERE program_id = p_program AND kind = 'customer' AND customer_id = p_customer FOR UPDATE;
    IF own IS NULL THEN
        own := loyalty_own_account(p_workspace, p_program, p_customer, 'customer');
    END IF;

    INSERT INTO loyalty_transaction (workspace_id, program_id, kind, customer_id, idempotency_key,
        payload_hash, order_id, reason, actor, occurred_at)
    VALUES (p_workspace, p_program, 'accrue', p_customer, p_key, p_hash, p_order, '', '', p_at)
    ON CONFLICT (program_id, idempotency_key) DO NOTHING
    RETURNING id, p_points, false INTO posted, moved, replayed;
    IF posted IS NULL THEN
        SELECT known.posted, p_points, true, known.refusal INTO posted, moved, replayed, refusal
        FROM loyalty_posted_before(p_program, p_key, p_hash) known;
        RETURN;
    END IF;

    SELECT id, least(-balance, p_points) INTO debt, repaid FROM loyalty_account
    WHERE program_id = p_program AND kind = 'debt' AND customer_id = p_customer AND balance < 0;
    IF debt IS NULL THEN repaid := 0; END IF;
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
        ((SELECT id FROM loyalty_account
          WHERE program_id = p_program AND kind = 'issued' AND customer_id IS NULL),
         NULL, -p_points),
        (own, fresh_lot, p_points - repaid),
        (debt, NULL, repaid)
    ) AS side (account_id, lot_id, points)
    WHERE side.points <> 0;
END $$;
"""


def _or_replace(sql: str) -> str:
    return sql.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def _posting() -> str:
    return POST.replace("{as_sets}", AS_SETS.strip()).replace("{one_by_one}", ONE_BY_ONE.strip())


def _old_posting() -> str:
    whole: str = BEFORE.POST.replace("{checked}", BEFORE.CHECKED)
    return _or_replace(whole[: whole.index("CREATE TRIGGER")])


def _by_trigger(to: str, **more: object) -> dict[str, object]:
    """A reference that the trigger on entries holds: no constraint, no row lock of its own."""
    return {
        "to": to, "on_delete": django.db.models.deletion.PROTECT, "db_constraint": False, **more,
    }  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0005_name_expired_points")]
    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RemoveConstraint("account", "loyalty_account_customer_iff_personal"),
        migrations.RemoveConstraint(
            "transaction", "loyalty_transaction_adjust_says_why_and_who"
        ),
        migrations.AlterField(
            "transaction", "customer",
            models.ForeignKey(**_by_trigger("crm.customer", related_name="+", db_index=False)),
        ),
        migrations.AlterField(
            "lot", "account",
            models.ForeignKey(
                **_by_trigger("loyalty.account", related_name="lots", db_index=False)
            ),
        ),
        migrations.AlterField(
            "lot", "transaction",
            models.ForeignKey(
                **_by_trigger("loyalty.transaction", related_name="lots", db_index=False)
            ),
        ),
        migrations.AlterField(
            "lotstate", "lot",
            models.OneToOneField(
                **_by_trigger("loyalty.lot", related_name="state", primary_key=True,
                              serialize=False)
            ),
        ),
        migrations.RunSQL(_posting(), _old_posting()),
        migrations.RunSQL(
            KNOWN + REDEEM + ACCRUE,
            _or_replace(CALLS.REDEEM + CALLS.ACCRUE)
            + "DROP FUNCTION loyalty_posted_before(bigint, text, bytea);",
        ),
    ]  # fmt: skip
