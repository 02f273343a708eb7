"""The database refuses illegal moves of a delivery, changed facts, and changed frozen terms."""

from django.db import migrations

KEEP = """
-- The legal moves, from campaigns/rules/transitions.py; a test compares the two.
CREATE FUNCTION campaigns_is_legal_move(old_state text, new_state text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT old_state = new_state OR (old_state, new_state) IN (
        ('claimed', 'cancelled'), ('claimed', 'expired'), ('claimed', 'failed'),
        ('claimed', 'queued'), ('claimed', 'sending'), ('claimed', 'suppressed'),
        ('queued', 'cancelled'), ('queued', 'claimed'), ('queued', 'expired'),
        ('queued', 'suppressed'), ('sending', 'accepted'), ('sending', 'failed'),
        ('sending', 'queued'), ('sending', 'unknown'), ('unknown', 'accepted'),
        ('unknown', 'failed'), ('unknown', 'queued')
    )
$$;
CREATE FUNCTION campaigns_delivery_check_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state NOT IN ('queued', 'suppressed') THEN
            RAISE EXCEPTION 'a delivery does not begin as %', NEW.state
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF NOT campaigns_is_legal_move(OLD.state, NEW.state) THEN
        RAISE EXCEPTION 'a delivery does not move from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER campaigns_delivery_begins BEFORE INSERT ON campaigns_delivery
    FOR EACH ROW WHEN (NEW.state <> 'queued') EXECUTE FUNCTION campaigns_delivery_check_move();
CREATE TRIGGER campaigns_delivery_moves BEFORE UPDATE OF state ON campaigns_delivery
    FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION campaigns_delivery_check_move();
CREATE TRIGGER campaigns_delivery_place BEFORE UPDATE OF run_id, step_id, member_id
    ON campaigns_delivery FOR EACH ROW EXECUTE FUNCTION core_refuse_change();

-- Facts of others are kept as they came.
CREATE TRIGGER campaigns_receipt_frozen BEFORE UPDATE OR DELETE ON campaigns_receipt
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();

-- What was launched is what is sent.
CREATE TRIGGER campaigns_runstep_frozen BEFORE UPDATE ON campaigns_runstep
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER campaigns_runlink_frozen BEFORE UPDATE ON campaigns_runlink
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER campaigns_member_frozen
    BEFORE UPDATE OF run_id, is_control, variables ON campaigns_audiencemember
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE FUNCTION campaigns_run_keep_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.workspace_id, NEW.campaign_id, NEW.audience, NEW.control_percent, NEW.control_salt,
        NEW.attribution_days, NEW.cap_messages, NEW.cap_days, NEW.quiet_from, NEW.quiet_until,
        NEW.business_start, NEW.speed)
       IS DISTINCT FROM
       (OLD.workspace_id, OLD.campaign_id, OLD.audience, OLD.control_percent, OLD.control_salt,
        OLD.attribution_days, OLD.cap_messages, OLD.cap_days, OLD.quiet_from, OLD.quiet_until,
        OLD.business_start, OLD.speed)
       OR (OLD.state <> 'freezing'
           AND (NEW.real_start, NEW.audience_size, NEW.control_size)
               IS DISTINCT FROM (OLD.real_start, OLD.audience_size, OLD.control_size)) THEN
        RAISE EXCEPTION 'the terms of a launched run are frozen'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER campaigns_run_frozen BEFORE UPDATE ON campaigns_run
    FOR EACH ROW EXECUTE FUNCTION campaigns_run_keep_terms();
"""

FORGET = """
DROP TRIGGER campaigns_run_frozen ON campaigns_run;
DROP FUNCTION campaigns_run_keep_terms();
DROP TRIGGER campaigns_member_frozen ON campaigns_audiencemember;
DROP TRIGGER campaigns_runlink_frozen ON campaigns_runlink;
DROP TRIGGER campaigns_runstep_frozen ON campaigns_runstep;
DROP TRIGGER campaigns_receipt_frozen ON campaigns_receipt;
DROP TRIGGER campaigns_delivery_place ON campaigns_delivery;
DROP TRIGGER campaigns_delivery_moves ON campaigns_delivery;
DROP TRIGGER campaigns_delivery_begins ON campaigns_delivery;
DROP FUNCTION campaigns_delivery_check_move();
DROP FUNCTION campaigns_is_legal_move(text, text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0002_let_the_engine_work"),
        ("core", "0002_freeze_facts_and_audit"),
    ]
    operations = [migrations.RunSQL(KEEP, FORGET)]
