"""What the books promise, kept by the database (docs/ledger.md says why it is enough)."""

from django.db import migrations

FREEZE = """
CREATE TRIGGER loyalty_transaction_frozen BEFORE UPDATE OR DELETE ON loyalty_transaction
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER loyalty_transaction_kept BEFORE TRUNCATE ON loyalty_transaction
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER loyalty_entry_frozen BEFORE UPDATE OR DELETE ON loyalty_entry
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER loyalty_entry_kept BEFORE TRUNCATE ON loyalty_entry
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER loyalty_lot_frozen BEFORE UPDATE OR DELETE ON loyalty_lot
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER loyalty_lot_kept BEFORE TRUNCATE ON loyalty_lot
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
"""
MELT = """
DROP TRIGGER loyalty_lot_kept ON loyalty_lot;
DROP TRIGGER loyalty_lot_frozen ON loyalty_lot;
DROP TRIGGER loyalty_entry_kept ON loyalty_entry;
DROP TRIGGER loyalty_entry_frozen ON loyalty_entry;
DROP TRIGGER loyalty_transaction_kept ON loyalty_transaction;
DROP TRIGGER loyalty_transaction_frozen ON loyalty_transaction;
"""

# An account's identity never changes; balance and remaining move only from inside the entry
# trigger (depth 0 is a statement that somebody typed).
GUARD = """
CREATE FUNCTION loyalty_refuse_by_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is moved by entries only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- Room on the page lets a balance move without touching an index.
ALTER TABLE loyalty_account SET (fillfactor = 70);
ALTER TABLE loyalty_lotstate SET (fillfactor = 70);

CREATE TRIGGER loyalty_account_opens_empty BEFORE INSERT ON loyalty_account
    FOR EACH ROW WHEN (NEW.balance <> 0) EXECUTE FUNCTION loyalty_refuse_by_hand();
CREATE TRIGGER loyalty_account_balance_by_hand BEFORE UPDATE ON loyalty_account
    FOR EACH ROW WHEN (OLD.balance <> NEW.balance AND pg_trigger_depth() = 0)
    EXECUTE FUNCTION loyalty_refuse_by_hand();
CREATE TRIGGER loyalty_account_stays BEFORE UPDATE ON loyalty_account
    FOR EACH ROW WHEN (
        (OLD.id, OLD.workspace_id, OLD.program_id, OLD.kind, OLD.customer_id)
        IS DISTINCT FROM
        (NEW.id, NEW.workspace_id, NEW.program_id, NEW.kind, NEW.customer_id)
    ) EXECUTE FUNCTION core_refuse_change();
CREATE FUNCTION loyalty_account_keep_used() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM loyalty_entry WHERE account_id = OLD.id) THEN
        RAISE EXCEPTION 'an account with entries stays'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER loyalty_account_with_entries_stays BEFORE DELETE ON loyalty_account
    FOR EACH ROW EXECUTE FUNCTION loyalty_account_keep_used();
CREATE TRIGGER loyalty_account_kept BEFORE TRUNCATE ON loyalty_account
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER loyalty_lotstate_by_hand BEFORE INSERT OR UPDATE OR DELETE ON loyalty_lotstate
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION loyalty_refuse_by_hand();
CREATE TRIGGER loyalty_lotstate_kept BEFORE TRUNCATE ON loyalty_lotstate
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
"""
UNGUARD = """
DROP TRIGGER loyalty_lotstate_kept ON loyalty_lotstate;
DROP TRIGGER loyalty_lotstate_by_hand ON loyalty_lotstate;
DROP TRIGGER loyalty_account_kept ON loyalty_account;
DROP TRIGGER loyalty_account_with_entries_stays ON loyalty_account;
DROP FUNCTION loyalty_account_keep_used();
DROP TRIGGER loyalty_account_stays ON loyalty_account;
DROP TRIGGER loyalty_account_balance_by_hand ON loyalty_account;
DROP TRIGGER loyalty_account_opens_empty ON loyalty_account;
DROP FUNCTION loyalty_refuse_by_hand();
"""

# One statement brings all entries of a transaction: at least two, summing to zero, none before.
# So no later statement can add to a transaction, and nothing is left to check at COMMIT but that
# a transaction has entries at all. A lot is born full, by one entry of the transaction that it
# names; every other entry on it is a later one.
# The plans are pinned: a session's first call would otherwise fix for a few entries what is right
# for many, or the reverse. So a few are posted row by row through the keys, many by hash joins.
POST = """
CREATE FUNCTION loyalty_post_entries() RETURNS trigger LANGUAGE plpgsql
    SET enable_nestloop = on SET enable_hashjoin = off SET enable_mergejoin = off
    SET enable_seqscan = off AS $$
DECLARE
    entry record; entries bigint; total numeric; first_id bigint; last_id bigint;
    is_wrong boolean; has_old_lots boolean;
BEGIN
    SELECT count(*), sum(amount), min(transaction_id), max(transaction_id)
    INTO entries, total, first_id, last_id FROM fresh;
    IF entries = 0 THEN RETURN NULL; END IF;
    IF first_id = last_id THEN
        is_wrong := total <> 0 OR entries < 2 OR entries <> (
            SELECT count(*) FROM loyalty_entry WHERE transaction_id = first_id);
    ELSE
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

    IF entries <= 200 THEN
        FOR entry IN SELECT * FROM {checked} LOOP
            IF entry.is_wrong THEN is_wrong := true; EXIT; END IF;
            IF entry.customer_id IS NOT NULL THEN
                UPDATE loyalty_account SET balance = balance + entry.amount
                WHERE id = entry.account_id;
            END IF;
            IF entry.is_birth THEN
                INSERT INTO loyalty_lotstate (lot_id, workspace_id, amount, expires_at, remaining)
                VALUES (entry.lot_id, entry.workspace_id, entry.amount, entry.expires_at,
                        entry.amount);
            ELSIF entry.lot_id IS NOT NULL THEN
                UPDATE loyalty_lotstate SET remaining = remaining + entry.amount
                WHERE lot_id = entry.lot_id;
            END IF;
        END LOOP;
    ELSE
        is_wrong := EXISTS (SELECT FROM {checked} WHERE c.is_wrong);
        has_old_lots := EXISTS (SELECT FROM {checked} WHERE c.lot_id > 0 AND NOT c.is_birth);
        PERFORM set_config('enable_hashjoin', 'on', true),
                set_config('enable_nestloop', 'off', true);
        UPDATE loyalty_account a SET balance = a.balance + sums.points
        FROM (SELECT account_id, sum(amount) AS points FROM fresh GROUP BY 1) sums
        WHERE a.id = sums.account_id AND a.customer_id IS NOT NULL;
        IF has_old_lots THEN
            UPDATE loyalty_lotstate s SET remaining = s.remaining + sums.points
            FROM (SELECT lot_id, sum(amount) AS points FROM fresh GROUP BY 1) sums
            WHERE s.lot_id = sums.lot_id;
        END IF;
        PERFORM set_config('enable_hashjoin', 'off', true),
                set_config('enable_nestloop', 'on', true);
        INSERT INTO loyalty_lotstate (lot_id, workspace_id, amount, expires_at, remaining)
        SELECT c.lot_id, c.workspace_id, c.amount, c.expires_at, c.amount
        FROM {checked} WHERE c.is_birth;
    END IF;
    IF is_wrong THEN
        RAISE EXCEPTION 'an entry names a lot of its own account, and its transaction''s customer'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'loyalty_entry_belongs';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER loyalty_entry_posted AFTER INSERT ON loyalty_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION loyalty_post_entries();

CREATE FUNCTION loyalty_transaction_has_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM loyalty_entry WHERE transaction_id = NEW.id) THEN
        RAISE EXCEPTION 'transaction % has no entries', NEW.id
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'loyalty_transaction_is_posted';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER loyalty_transaction_is_posted AFTER INSERT ON loyalty_transaction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION loyalty_transaction_has_entries();
"""
# Each entry beside what it names, and whether the two agree. Outer joins keep the entry first.
CHECKED = """(
    SELECT f.account_id, f.lot_id, f.amount, f.workspace_id, a.customer_id, l.expires_at,
           l.transaction_id = f.transaction_id AS is_birth,
           (t.workspace_id, t.program_id) IS DISTINCT FROM (a.workspace_id, a.program_id)
           OR f.workspace_id <> t.workspace_id
           OR f.occurred_at <> t.occurred_at
           OR a.customer_id <> t.customer_id
           OR (l.transaction_id = f.transaction_id AND f.amount <> l.amount)
           OR CASE WHEN a.kind = 'customer'
                   THEN (l.account_id, l.workspace_id) IS DISTINCT FROM (a.id, a.workspace_id)
                   ELSE f.lot_id IS NOT NULL END AS is_wrong
    FROM fresh f
    LEFT JOIN loyalty_account a ON a.id = f.account_id
    LEFT JOIN loyalty_transaction t ON t.id = f.transaction_id
    LEFT JOIN loyalty_lot l ON l.id = f.lot_id
) c"""
UNPOST = """
DROP TRIGGER loyalty_transaction_is_posted ON loyalty_transaction;
DROP FUNCTION loyalty_transaction_has_entries();
DROP TRIGGER loyalty_entry_posted ON loyalty_entry;
DROP FUNCTION loyalty_post_entries();
"""

OPEN = """
CREATE FUNCTION loyalty_open_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO loyalty_account (workspace_id, program_id, kind, balance)
    SELECT NEW.workspace_id, NEW.id, kind, 0
    FROM unnest(ARRAY['issued', 'spent', 'expired', 'adjusted']) AS kind;
    RETURN NULL;
END $$;
CREATE TRIGGER loyalty_program_opens_accounts AFTER INSERT ON loyalty_program
    FOR EACH ROW EXECUTE FUNCTION loyalty_open_accounts();
"""
CLOSE = """
DROP TRIGGER loyalty_program_opens_accounts ON loyalty_program;
DROP FUNCTION loyalty_open_accounts();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("loyalty", "0001_open_the_books"),
        ("core", "0002_freeze_facts_and_audit"),
    ]
    operations = [
        migrations.RunSQL(FREEZE, MELT),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(POST.replace("{checked}", CHECKED), UNPOST),
        migrations.RunSQL(OPEN, CLOSE),
    ]
