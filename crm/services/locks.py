"""The customer's lock: who changes consents or decides to send takes it first."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from core.database import arrays


def customers(ids: Iterable[int]) -> datetime:
    """Hold the customers' advisory locks until the transaction ends, taken in order of id.

    Returns the database's time when all were held.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_advisory_xact_lock(hashtextextended('cust:' || id, 0))),"
            " clock_timestamp()"
            " FROM (SELECT DISTINCT unnest(%s::bigint[]) AS id ORDER BY 1) wanted",
            [arrays.scalars(list(ids))],
        )
        held_at: datetime = cursor.fetchone()[1]
        return held_at
