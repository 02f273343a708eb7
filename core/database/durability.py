"""Commits that need not wait for the disk, for the few that lose nothing when they are forgotten."""

from django.db import connection

# The same as an expression, for a statement that is a transaction by itself.
NOT_WAITING_FOR_DISK = "set_config('synchronous_commit', 'off', true)"


def without_waiting_for_disk() -> None:
    """Let this transaction's commit be flushed a moment later.

    For what a crash of the database may forget because the row as it was is safe: a claim that
    is taken again, a key that is reserved again. Never for an intent, points or an answer.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
