"""How many entries of an index were read, as the server counts them."""

from django.db import connection


def of_index(name: str) -> int:
    """Entries read from the index until now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = %s", [name]
        )
        return int(cursor.fetchone()[0])
