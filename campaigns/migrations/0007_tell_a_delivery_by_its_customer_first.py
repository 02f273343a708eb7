"""A delivery is told from others by its customer, and counts for the cap when it was intended.

Built beside the running work: each new index concurrently, under a name of its own until the old
one has gone; what an attempt that was cut off has left is dropped first. Read from the end, each
list is the way back.
"""

from django.db import migrations, models

TABLE = "campaigns_delivery"
ONCE, CUSTOMER = f"{TABLE}_once", f"{TABLE}_customer"
INTENDED = "(customer_id, intent_business_at DESC)"


def drop(index: str) -> str:
    return f"DROP INDEX CONCURRENTLY IF EXISTS {index}"


def build(index: str, columns: str, *, unique: str = "") -> str:
    return f"CREATE {unique} INDEX CONCURRENTLY {index}_fresh ON {TABLE} {columns}"


# A lock of a moment: the index is there already, and takes the constraint's name.
TAKE_ONCE = (
    f"ALTER TABLE {TABLE} DROP CONSTRAINT {ONCE},"
    f" ADD CONSTRAINT {ONCE} UNIQUE USING INDEX {ONCE}_fresh"
)
TAKE_CUSTOMER = f"ALTER INDEX {CUSTOMER}_fresh RENAME TO {CUSTOMER}"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("campaigns", "0006_ask_about_a_move_only_when_it_is_illegal")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(drop(f"{ONCE}_fresh"), TAKE_ONCE),
                migrations.RunSQL(
                    build(ONCE, "(customer_id, run_id, step_id)", unique="UNIQUE"),
                    build(ONCE, "(run_id, step_id, customer_id)", unique="UNIQUE"),
                ),
                migrations.RunSQL(TAKE_ONCE, drop(f"{ONCE}_fresh")),
            ],
            state_operations=[
                migrations.RemoveConstraint("delivery", ONCE),
                migrations.AddConstraint(
                    "delivery",
                    models.UniqueConstraint(fields=("customer", "run", "step"), name=ONCE),
                ),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(drop(f"{CUSTOMER}_fresh"), TAKE_CUSTOMER),
                migrations.RunSQL(
                    build(CUSTOMER, f"{INTENDED} WHERE intent_business_at IS NOT NULL"),
                    drop(CUSTOMER),
                ),
                migrations.RunSQL(drop(CUSTOMER), build(CUSTOMER, INTENDED)),
                migrations.RunSQL(TAKE_CUSTOMER, drop(f"{CUSTOMER}_fresh")),
            ],
            state_operations=[
                migrations.RemoveIndex("delivery", CUSTOMER),
                migrations.AddIndex(
                    "delivery",
                    models.Index(
                        fields=["customer", "-intent_business_at"],
                        name=CUSTOMER,
                        condition=models.Q(intent_business_at__isnull=False),
                    ),
                ),
            ],
        ),
    ]
