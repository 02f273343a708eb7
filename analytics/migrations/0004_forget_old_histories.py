"""Forget the nightly job's own tables: their columns are others now, and a full run writes them."""

from django.db import migrations

FORGET = """
DO $$
DECLARE found regclass;
BEGIN
    FOR found IN SELECT oid FROM pg_class
        WHERE relkind = 'r' AND relpersistence = 'u' AND relname ~ '^analytics_history_[0-9]+$'
    LOOP EXECUTE 'DROP TABLE ' || found; END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0003_drop_the_index_of_segments"),
    ]

    operations = [
        # Whichever way the code goes, the next run finds no table and starts from the orders.
        migrations.RunSQL(FORGET, FORGET),
    ]
