"""Rows that others name together with their workspace, so that nobody's row names a stranger's.

Begun with crm/0005 for what is a customer's; here is how the other apps say it too. A job is named
by whoever asked for it. Built beside the running work: a new index concurrently, a new key first
unproven.
"""

from django.db import migrations, models


def of_workspace(app: str, model: str) -> migrations.SeparateDatabaseAndState:
    """Let rows of a table be named by (workspace, id)."""
    table = f"{app}_{model}"
    name = f"{table}_of_workspace"
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            # What an attempt that was cut off has left behind.
            migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {name}", migrations.RunSQL.noop),
            migrations.RunSQL(
                f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} (workspace_id, id)",
                migrations.RunSQL.noop,
            ),
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}",
                f"ALTER TABLE {table} DROP CONSTRAINT {name}",
            ),
        ],
        state_operations=[
            migrations.AddConstraint(
                model, models.UniqueConstraint(fields=("workspace", "id"), name=name)
            )
        ],
    )


# A key of one column that a key of two makes needless; its name has a hash in it.
DROP_NARROWER = """
DO $$
DECLARE narrow text;
BEGIN
    SELECT k.conname INTO narrow FROM pg_constraint k
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND k.conkey = ARRAY[a.attnum]
    WHERE k.contype = 'f' AND k.conrelid = '{table}'::regclass AND a.attname = '{column}_id';
    IF narrow IS NOT NULL THEN
        EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', narrow);
    END IF;
END $$
"""
ADD_NARROWER = """
ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_id_fk FOREIGN KEY ({column}_id)
REFERENCES {named} (id) DEFERRABLE INITIALLY DEFERRED NOT VALID
"""


def is_ours(table: str, column: str, named: str) -> list[migrations.RunSQL]:
    """Hold that what a row names in `column` is of the row's own workspace.

    The model's field says `db_constraint=False` from then on, which is told to the state alone:
    to have Django alter thirty fields would take seconds of every first start.
    """
    words = {"table": table, "column": column, "named": named}
    key = f"{table}_{column}_is_ours"
    return [
        migrations.RunSQL(
            f"ALTER TABLE {table} ADD CONSTRAINT {key} FOREIGN KEY (workspace_id, {column}_id)"
            f" REFERENCES {named} (workspace_id, id) NOT VALID",
            f"ALTER TABLE {table} DROP CONSTRAINT {key}",
        ),
        migrations.RunSQL(f"ALTER TABLE {table} VALIDATE CONSTRAINT {key}", migrations.RunSQL.noop),
        migrations.RunSQL(DROP_NARROWER.format(**words), ADD_NARROWER.format(**words)),
    ]


def without_index(table: str, digest: str) -> migrations.RunSQL:
    """The index of the workspace alone: the new key begins as it did."""
    name = f"{table}_workspace_id_{digest}"
    return migrations.RunSQL(
        f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
        f"CREATE INDEX CONCURRENTLY {name} ON {table} (workspace_id)",
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("core", "0005_scope_api_keys")]

    operations = [
        of_workspace("core", "job"),
        # The new key begins as it did.
        migrations.RemoveIndex("job", "core_job_by_workspace"),
    ]
