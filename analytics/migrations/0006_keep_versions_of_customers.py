"""A snapshot sees the versions of its table's rows: a delta writes those that differ."""

from django.db import migrations, models

FORGET = """
DO $$
DECLARE found regclass;
BEGIN
    FOR found IN SELECT oid FROM pg_class
        WHERE relkind = 'r' AND relpersistence = 'u' AND relname ~ '^analytics_history_[0-9]+$'
    LOOP EXECUTE 'DROP TABLE ' || found; END LOOP;
END $$;
"""
# The tables there are have one version; the next run finds no histories and writes a new table.
FORWARD = """
ALTER TABLE analytics_customerstats RENAME COLUMN snapshot_id TO generation;
ALTER TABLE analytics_customerstats
    ADD COLUMN since smallint DEFAULT 0, ADD COLUMN until smallint DEFAULT 32767;
UPDATE analytics_snapshot SET generation = id
WHERE to_regclass('analytics_customerstats_' || id) IS NOT NULL;
"""
# Several snapshots may share a table: before, each had its own, so the next run writes it.
BACKWARD = """
DO $$
DECLARE part regclass;
BEGIN
    FOR part IN SELECT inhrelid FROM pg_inherits
        WHERE inhparent = 'analytics_customerstats'::regclass
    LOOP EXECUTE 'DROP TABLE ' || part; END LOOP;
END $$;
ALTER TABLE analytics_customerstats DROP COLUMN since, DROP COLUMN until;
ALTER TABLE analytics_customerstats RENAME COLUMN generation TO snapshot_id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0005_key_partitions_by_customer"),
    ]

    operations = [
        migrations.AddField("snapshot", "generation", models.BigIntegerField(null=True)),
        migrations.AddField(
            "snapshot", "version", models.SmallIntegerField(db_default=0, default=0)
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(FORGET + FORWARD, FORGET + BACKWARD)],
            state_operations=[
                migrations.AddField("customerstats", "generation", models.BigIntegerField()),
                migrations.AddField(
                    "customerstats", "since", models.SmallIntegerField(db_default=0, default=0)
                ),
                migrations.AddField(
                    "customerstats",
                    "until",
                    models.SmallIntegerField(db_default=32767, default=32767),
                ),
                migrations.AlterField(
                    "customerstats",
                    "pk",
                    models.CompositePrimaryKey(
                        "generation",
                        "customer_id",
                        "since",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                migrations.RemoveField("customerstats", "snapshot"),
            ],
        ),
    ]
