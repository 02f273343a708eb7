"""Marks customers whose orders changed, and hands them to the next delta."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from psycopg2 import sql

from analytics.rules.base import Numbers
from analytics.selectors.reading import one, run
from analytics.services.packing import packed

TAKEN = sql.Identifier("analytics_taken")
# Above this share of the base a full stream is cheaper than taking customers out one by one.
MUCH = 0.2
# Orders by time are indexed by instant; no local day starts a day before its date. A refund of an
# order is counted with the order, whatever its day.
_LATER = """
INSERT INTO analytics_dirtycustomer (workspace_id, customer_id)
SELECT workspace_id, customer_id FROM crm_order
WHERE workspace_id = %(w)s AND placed_on > %(day)s AND customer_id IS NOT NULL
  AND placed_at > %(day)s::timestamp AT TIME ZONE 'UTC' - interval '1 day'
UNION
SELECT workspace_id, customer_id FROM crm_refund
WHERE workspace_id = %(w)s AND refunded_on > %(day)s AND customer_id IS NOT NULL
  AND order_id IS NULL
"""


def mark(*, workspace_id: int, customer_ids: Sequence[int]) -> int:
    """Say that these customers' orders changed."""
    return run(
        "INSERT INTO analytics_dirtycustomer (workspace_id, customer_id)"
        " SELECT %(w)s, id FROM crm_customer WHERE workspace_id = %(w)s AND id = ANY(%(ids)s)",
        {"w": workspace_id, "ids": list(customer_ids)},
    )


def mark_import(*, workspace_id: int, import_id: int) -> int:
    """Say that an import changed the orders or refunds of whoever it names."""
    return run(
        "INSERT INTO analytics_dirtycustomer (workspace_id, customer_id)"
        " SELECT %(w)s, customer_id FROM ("
        "SELECT customer_id FROM crm_order WHERE workspace_id = %(w)s"
        " AND last_import_id = %(i)s UNION SELECT customer_id FROM crm_refund"
        " WHERE workspace_id = %(w)s AND last_import_id = %(i)s) AS changed"
        " WHERE customer_id IS NOT NULL",
        {"w": workspace_id, "i": import_id},
    )


def is_much(*, workspace_id: int, customers: int) -> bool:
    """Whether so many are dirty that a full run is the cheaper one."""
    dirty = one(
        "SELECT count(DISTINCT customer_id) FROM analytics_dirtycustomer"
        " WHERE workspace_id = %(w)s",
        {"w": workspace_id},
    )
    return int(dirty[0]) > customers * MUCH


def take(*, workspace_id: int) -> sql.Identifier:
    """Move the dirt into a temporary table; what comes later waits for the next run."""
    run(sql.SQL("DROP TABLE IF EXISTS {}").format(TAKEN))
    run(sql.SQL("CREATE TEMP TABLE {} (customer_id bigint) ON COMMIT DROP").format(TAKEN))
    run(
        sql.SQL(
            "WITH gone AS (DELETE FROM analytics_dirtycustomer WHERE workspace_id = %(w)s"
            " RETURNING customer_id) INSERT INTO {} SELECT DISTINCT customer_id FROM gone"
        ).format(TAKEN),
        {"w": workspace_id},
    )
    return TAKEN


def taken() -> Numbers:
    """The customers that this run has taken."""
    statement = sql.SQL("SELECT string_agg(int8send(customer_id), '') FROM {}").format(TAKEN)
    return np.frombuffer(packed(statement)[0], ">i8").astype(np.int64)


def settle(*, workspace_id: int, as_of: date) -> int:
    """Mark again whoever bought or got money back after `as_of`: that is not counted yet."""
    return run(_LATER, {"w": workspace_id, "day": as_of})
