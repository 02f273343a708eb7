"""Packs the index of orders by customer again when orders coming by time have loosened it.

A new order lands in the middle of its customer's orders, so pages split and stay three quarters
full. Whatever streams the index whole (the nightly histories, RFM) then reads a third too much.
"""

from django.db import connection

INDEX = "crm_order_by_customer"
# Smaller ones are read in no time, loose or not.
WORTH_PAGES = 4096
LOOSE = 1.2
# 8 bytes of head, 48 of numbers and 4 of a pointer each, on pages of 8,152 filled to nine tenths.
_ENTRIES_A_PAGE = 8152 * 9 // 10 // 60
_SIZE = """
SELECT pg_relation_size(oid) / current_setting('block_size')::int, reltuples
FROM pg_class WHERE oid = to_regclass(%s)
"""


def pack_when_loose() -> bool:
    """Build the index anew beside the old one; orders are read and written meanwhile.

    Returns whether it was loose. Cannot be part of a transaction.
    """
    if not _is_loose():
        return False
    with connection.cursor() as cursor:
        # What a build that was cut off has left behind.
        for left in ("ccnew", "ccold"):
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}_{left}")
        cursor.execute(f"REINDEX INDEX CONCURRENTLY {INDEX}")
    return True


def _is_loose() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_SIZE, [INDEX])
        pages, entries = cursor.fetchone()
    packed = max(entries / _ENTRIES_A_PAGE, 1)
    return bool(pages >= WORTH_PAGES and pages > LOOSE * packed)
