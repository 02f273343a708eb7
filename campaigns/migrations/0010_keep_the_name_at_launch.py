"""A run keeps its campaign's name as it was at launch, frozen with its other terms."""

from django.db import migrations, models

FILL = (
    "UPDATE campaigns_run r SET name = c.name FROM campaigns_campaign c WHERE c.id = r.campaign_id"
)
FREEZE = """
CREATE OR REPLACE FUNCTION campaigns_run_keep_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.workspace_id, NEW.campaign_id, NEW.audience, NEW.control_percent, NEW.control_salt,
        NEW.attribution_days, NEW.cap_messages, NEW.cap_days, NEW.quiet_from, NEW.quiet_until,
        NEW.business_start, NEW.speed{new})
       IS DISTINCT FROM
       (OLD.workspace_id, OLD.campaign_id, OLD.audience, OLD.control_percent, OLD.control_salt,
        OLD.attribution_days, OLD.cap_messages, OLD.cap_days, OLD.quiet_from, OLD.quiet_until,
        OLD.business_start, OLD.speed{old})
       OR (OLD.state <> 'freezing'
           AND (NEW.real_start, NEW.audience_size, NEW.control_size)
               IS DISTINCT FROM (OLD.real_start, OLD.audience_size, OLD.control_size)) THEN
        RAISE EXCEPTION 'the terms of a launched run are frozen'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
KEEP = FREEZE.format(new=", NEW.name", old=", OLD.name")
FORGET = FREEZE.format(new="", old="")


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0009_find_a_members_by_customer_and_run"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="name",
            field=models.CharField(blank=True, db_default="", max_length=120),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, FORGET),
    ]
