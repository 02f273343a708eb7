"""The customer's lock: who changes consents or decides to send takes it first."""

from collections.abc import Iterable

from django.db import connection


def customers(ids: Iterable[int]) -> None:
    """Hold the customers' advisory locks until the transaction ends, taken in order of id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('cust:' || id, 0))"
            " FROM (SELECT DISTINCT unnest(%s::bigint[]) AS id ORDER BY 1) wanted",
            [list(ids)],
        )
