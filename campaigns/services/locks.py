"""The clock and the lock that intents go by; the lock is the customers' own (crm)."""

from datetime import datetime

from django.db import connection

from core.database.durability import without_waiting_for_disk
from crm.services.locks import customers as lock_customers

__all__ = ["database_time", "lock_customers", "without_waiting_for_disk"]


def database_time() -> datetime:
    """The database's clock, which leases and intents go by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        instant: datetime = cursor.fetchone()[0]
        return instant
