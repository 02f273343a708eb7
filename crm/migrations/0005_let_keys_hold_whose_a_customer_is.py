"""What is a customer's names both the customer and the workspace, by one key of two columns.

Until now a key held that the customer is there, and a trigger, after every statement, that they are
of the same workspace: two looks for one promise. Built beside the running work: the new index
concurrently, the new keys first unproven.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

before = import_module("crm.migrations.0003_keep_consents_and_owners")
INDEX = "crm_customer_of_workspace"
UNIQUE = models.UniqueConstraint(fields=("workspace", "id"), name=INDEX)


def customer(related_name: str, **options: object) -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=False, related_name=related_name, to="crm.customer", **options
    )


def key_of(table: str) -> str:
    return f"{table}_customer_is_ours"


def hold(table: str) -> list[migrations.RunSQL]:
    key = key_of(table)
    return [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {key} FOREIGN KEY (workspace_id, customer_id)"
            " REFERENCES crm_customer (workspace_id, id) NOT VALID",
            f"ALTER TABLE {table} DROP CONSTRAINT {key}",
        ),
        migrations.RunSQL(f"ALTER TABLE {table} VALIDATE CONSTRAINT {key}", migrations.RunSQL.noop),
    ]


CASCADE, PROTECT = django.db.models.deletion.CASCADE, django.db.models.deletion.PROTECT
BY_MODEL = {
    "consent": customer("consents", on_delete=CASCADE, db_index=False),
    "identity": customer("identities", on_delete=CASCADE, db_index=False),
    "order": customer("orders", on_delete=PROTECT, blank=True, null=True),
    "refund": customer("refunds", on_delete=PROTECT, blank=True, null=True),
}


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("core", "0003_keep_answers_as_they_were_sent"),
        ("crm", "0004_drop_spare_identity_indexes"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                # What an attempt that was cut off has left behind.
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}", migrations.RunSQL.noop
                ),
                migrations.RunSQL(
                    f"CREATE UNIQUE INDEX CONCURRENTLY {INDEX} ON crm_customer (workspace_id, id)",
                    migrations.RunSQL.noop,
                ),
                migrations.RunSQL(
                    f"ALTER TABLE crm_customer ADD CONSTRAINT {INDEX} UNIQUE USING INDEX {INDEX}",
                    f"ALTER TABLE crm_customer DROP CONSTRAINT {INDEX}",
                ),
            ],
            state_operations=[migrations.AddConstraint("customer", UNIQUE)],
        ),
        *[step for table in before.TABLES for step in hold(table)],
        *[migrations.AlterField(model, "customer", field) for model, field in BY_MODEL.items()],
        *[migrations.RunSQL(before.unguard(*each), before.guard(*each)) for each in before.EACH],
        migrations.RunSQL(before.UNDO_OWNERS, before.OWNERS),
        # The new key begins as they do.
        migrations.RemoveIndex("customer", "crm_customer_list"),
        migrations.AlterField(
            "customer",
            "workspace",
            models.ForeignKey(
                db_index=False, on_delete=CASCADE, related_name="+", to="core.workspace"
            ),
        ),
    ]
