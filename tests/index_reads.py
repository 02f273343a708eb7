"""How much of an index or a table was read, as the server counts it."""

from django.db import connection


def of_index(name: str) -> int:
    """Entries read from the index until now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = %s", [name]
        )
        return int(cursor.fetchone()[0])


def of_table(name: str) -> int:
    """Rows read of the table until now, and entries of all its indexes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT seq_tup_read + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes i"
            " WHERE i.relid = t.relid) FROM pg_stat_user_tables t WHERE relname = %s",
            [name],
        )
        return int(cursor.fetchone()[0])
