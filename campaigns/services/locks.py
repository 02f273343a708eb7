"""The customer's lock: consent, caps, stops and intents of one person happen one after another."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

# The same key is taken by consents (crm) and by everything here; always in the customers' order.
_LOCK = """
SELECT pg_advisory_xact_lock(sorted.key) FROM (
    SELECT hashtextextended('cust:' || customer_id, 0) AS key
    FROM unnest(%s::bigint[]) AS customer_id ORDER BY customer_id
) AS sorted
"""


def lock_customers(customer_ids: Iterable[int]) -> None:
    """Take the locks until the end of the transaction, in one order for everybody."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted(set(customer_ids))])


def database_time() -> datetime:
    """The database's clock, which leases and intents go by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        instant: datetime = cursor.fetchone()[0]
        return instant
