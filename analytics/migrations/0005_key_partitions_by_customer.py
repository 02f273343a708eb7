"""A partition is one snapshot: its customers are a key by themselves, half the price of two columns."""

from django.db import migrations

FORWARD = """
DO $$
DECLARE part regclass;
BEGIN
    FOR part IN SELECT inhrelid FROM pg_inherits
        WHERE inhparent = 'analytics_customerstats'::regclass
    LOOP EXECUTE 'CREATE UNIQUE INDEX ON ' || part || ' (customer_id)'; END LOOP;
END $$;
ALTER TABLE analytics_customerstats DROP CONSTRAINT analytics_customerstats_pkey;
ALTER TABLE analytics_customerstats
    ALTER COLUMN snapshot_id DROP NOT NULL, ALTER COLUMN customer_id DROP NOT NULL;
"""
BACKWARD = "ALTER TABLE analytics_customerstats ADD PRIMARY KEY (snapshot_id, customer_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0004_forget_old_histories"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
