"""Customers' rows by a fifth narrower: what the scores are by, and what we call the customer.

The rest of what a customer did is in the nightly job's own histories, where it is read.
"""

from django.db import migrations

# Columns go from the catalog alone; the rows of kept snapshots stay as they lie.
FORWARD = """
ALTER TABLE analytics_customerstats
    DROP COLUMN refunded, DROP COLUMN first_order_on, DROP COLUMN purchase_days,
    DROP COLUMN first_gap, DROP COLUMN last_gap;
"""
# What was dropped is in no row: the next run finds no histories and writes everybody anew.
BACKWARD = """
DO $$
DECLARE found regclass;
BEGIN
    FOR found IN SELECT inhrelid FROM pg_inherits
        WHERE inhparent = 'analytics_customerstats'::regclass
    LOOP EXECUTE 'DROP TABLE ' || found; END LOOP;
    FOR found IN SELECT oid FROM pg_class
        WHERE relkind = 'r' AND relpersistence = 'u' AND relname ~ '^analytics_history_[0-9]+$'
    LOOP EXECUTE 'DROP TABLE ' || found; END LOOP;
END $$;
ALTER TABLE analytics_customerstats
    ADD COLUMN refunded bigint, ADD COLUMN first_order_on date, ADD COLUMN purchase_days integer,
    ADD COLUMN first_gap integer, ADD COLUMN last_gap integer;
"""
GONE = ("refunded", "first_order_on", "purchase_days", "first_gap", "last_gap")


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0006_keep_versions_of_customers"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(FORWARD, BACKWARD)],
            state_operations=[migrations.RemoveField("customerstats", name) for name in GONE],
        ),
    ]
