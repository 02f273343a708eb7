"""Facts and audit entries are append-only: the database refuses to change what was said."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- What was said stays; only the relay's own marks may move.
CREATE FUNCTION core_event_keep_fact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.workspace_id, NEW.name, NEW.payload, NEW.occurred_at, NEW.recorded_at)
       IS DISTINCT FROM
       (OLD.workspace_id, OLD.name, OLD.payload, OLD.occurred_at, OLD.recorded_at) THEN
        RAISE EXCEPTION 'core_event is append-only'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER core_event_frozen BEFORE UPDATE ON core_event
    FOR EACH ROW EXECUTE FUNCTION core_event_keep_fact();

CREATE TRIGGER core_auditentry_frozen BEFORE UPDATE OR DELETE ON core_auditentry
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER core_auditentry_kept BEFORE TRUNCATE ON core_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
"""

THAW = """
DROP TRIGGER core_auditentry_kept ON core_auditentry;
DROP TRIGGER core_auditentry_frozen ON core_auditentry;
DROP TRIGGER core_event_frozen ON core_event;
DROP FUNCTION core_event_keep_fact();
DROP FUNCTION core_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_lay_the_kernel")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
