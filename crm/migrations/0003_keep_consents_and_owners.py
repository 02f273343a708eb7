"""Consents are append-only and folded by the database; nobody's row names a stranger's customer."""

from django.db import migrations

CONSENTS = """
CREATE TRIGGER crm_consent_frozen BEFORE UPDATE OR DELETE ON crm_consent
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER crm_consent_kept BEFORE TRUNCATE ON crm_consent
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();

-- The statement recorded last is the answer, whatever day it speaks of.
CREATE FUNCTION crm_fold_consents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO crm_consentstate (workspace_id, customer_id, purpose, channel, state, since)
    SELECT DISTINCT ON (customer_id, channel, purpose)
           workspace_id, customer_id, purpose, channel, state, stated_at
    FROM said ORDER BY customer_id, channel, purpose, id DESC
    ON CONFLICT (customer_id, channel, purpose)
    DO UPDATE SET state = excluded.state, since = excluded.since;
    RETURN NULL;
END $$;
CREATE TRIGGER crm_consent_folded AFTER INSERT ON crm_consent
    REFERENCING NEW TABLE AS said
    FOR EACH STATEMENT EXECUTE FUNCTION crm_fold_consents();

-- The fold has one author: the trigger above.
CREATE FUNCTION crm_consentstate_by_trigger_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'crm_consentstate is written by the consent journal only'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER crm_consentstate_guarded BEFORE INSERT OR UPDATE ON crm_consentstate
    FOR EACH ROW EXECUTE FUNCTION crm_consentstate_by_trigger_only();
"""

UNDO_CONSENTS = """
DROP TRIGGER crm_consentstate_guarded ON crm_consentstate;
DROP FUNCTION crm_consentstate_by_trigger_only();
DROP TRIGGER crm_consent_folded ON crm_consent;
DROP FUNCTION crm_fold_consents();
DROP TRIGGER crm_consent_kept ON crm_consent;
DROP TRIGGER crm_consent_frozen ON crm_consent;
"""

OWNERS = """
-- Once a statement, over what it wrote: a row and its customer live in one workspace.
CREATE FUNCTION crm_customer_is_ours() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM written JOIN crm_customer c ON c.id = written.customer_id
        WHERE c.workspace_id <> written.workspace_id
    ) THEN
        RAISE EXCEPTION '% names a customer of another workspace', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""
UNDO_OWNERS = "DROP FUNCTION crm_customer_is_ours();"

TABLES = ("crm_identity", "crm_consent", "crm_order", "crm_refund")


def guard(table: str, event: str) -> str:
    return f"""
CREATE TRIGGER {table}_ours_on_{event} AFTER {event} ON {table}
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION crm_customer_is_ours();
"""


def unguard(table: str, event: str) -> str:
    return f"DROP TRIGGER {table}_ours_on_{event} ON {table};"


EACH = [(table, event) for table in TABLES for event in ("insert", "update")]


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_freeze_facts_and_audit"),
        ("crm", "0002_stamp_imports_and_drop_spare_indexes"),
    ]
    operations = [
        migrations.RunSQL(CONSENTS, UNDO_CONSENTS),
        migrations.RunSQL(OWNERS, UNDO_OWNERS),
        *[migrations.RunSQL(guard(*each), unguard(*each)) for each in EACH],
    ]
