"""Large sets of one programme post one after another."""

from django.db import connection


def take(*, workspace_id: int) -> None:
    """Wait for the large set that posts now; ours is the turn until the transaction ends.

    A large set locks accounts in several goes, so two at once could wait for each other in a ring.
    What holds few accounts, and shortly, needs no turn: the fast lane gives up waiting before the
    server looks for rings, and a single operation holds one account.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('loyalty'), %s)", [workspace_id])
