"""Keeps each customer's purchase days in one row: what every book is counted from.

One unlogged table a workspace, `analytics_history_<id>`, read and written by the nightly job
alone. A full run streams it from the covering index on orders; a delta replaces the rows of
dirty customers.
"""

from datetime import date
from typing import Any

from psycopg2 import sql

from analytics.rules import purchases
from analytics.selectors.reading import one, planned, rows, run

# Stream over crm_order_by_customer: a hash or a sort of all orders costs several times more.
STREAMING = {"enable_hashagg": "off", "enable_sort": "off", "enable_seqscan": "off",
             "enable_bitmapscan": "off"}  # fmt: skip

RANGES = 6
# Long histories stay beside their customer: moving them out would try to compress them.
TABLE = sql.SQL("{} WITH (toast_tuple_target = 8160)")

# `purchases` are the orders by time, one number of 8 bytes after another: its day and total as
# rules.purchases reads them. Numbers cost a tenth of what rows do, to write and to read.
_SELECT = sql.SQL("""
SELECT customer_id, orders, revenue, refunded, cardinality(on_days) AS purchase_days,
    on_days[2] - on_days[1] AS first_gap,
    on_days[cardinality(on_days)] - on_days[cardinality(on_days) - 1] AS last_gap,
    on_days[1] AS first_on, on_days[cardinality(on_days)] AS last_on, purchases
FROM (
    SELECT customer_id, count(*)::int AS orders, sum(total)::bigint AS revenue,
        sum(refunded)::bigint AS refunded, array_agg(DISTINCT placed_on) AS on_days,
        string_agg(
            int8send((placed_on - date '2000-01-01') * {day} + total), ''
            ORDER BY placed_on, placed_at
        ) AS purchases
    FROM crm_order
    WHERE workspace_id = %(workspace)s AND customer_id IS NOT NULL AND is_purchase
      AND placed_on <= %(as_of)s {only}
    GROUP BY customer_id
) AS streamed
""")
_ENDS = """
SELECT min(customer_id), max(customer_id) FROM crm_order
WHERE workspace_id = %(workspace)s AND customer_id IS NOT NULL AND is_purchase
"""
_STANDING_ALONE = sql.SQL("""
UPDATE {table} h SET refunded = h.refunded + alone.total FROM (
    SELECT customer_id, sum(total)::bigint AS total FROM crm_refund
    WHERE workspace_id = %(workspace)s AND order_id IS NULL AND refunded_on <= %(as_of)s
      AND customer_id IS NOT NULL
    GROUP BY customer_id
) AS alone WHERE alone.customer_id = h.customer_id
""")


def table_of(workspace_id: int) -> sql.Identifier:
    return sql.Identifier(f"analytics_history_{int(workspace_id)}")


def rebuild(*, workspace_id: int, as_of: date) -> None:
    """Stream all orders up to the end of `as_of` into a new table."""
    table = table_of(workspace_id)
    run(sql.SQL("DROP TABLE IF EXISTS {}").format(table))
    _write(
        sql.SQL("CREATE UNLOGGED TABLE {} AS").format(TABLE.format(table)),
        ranges(workspace_id), workspace_id, as_of,
    )  # fmt: skip
    with planned(max_parallel_maintenance_workers="0"):
        run(sql.SQL("CREATE UNIQUE INDEX ON {} (customer_id)").format(table))
    _add_refunds(table, workspace_id, as_of)


def read_afresh(*, workspace_id: int, as_of: date, dirty: sql.Identifier) -> sql.Identifier:
    """The rows that dirty customers should have now, in a temporary table."""
    fresh = sql.Identifier("analytics_fresh")
    run(sql.SQL("DROP TABLE IF EXISTS {}").format(fresh))
    only = sql.SQL("AND customer_id = ANY (ARRAY(SELECT customer_id FROM {}))").format(dirty)
    _write(sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS").format(fresh), [only],
           workspace_id, as_of)  # fmt: skip
    _add_refunds(fresh, workspace_id, as_of)
    return fresh


def take_out(*, workspace_id: int, dirty: sql.Identifier) -> sql.Identifier:
    """Move the rows that dirty customers had until now into a temporary table."""
    stale = sql.Identifier("analytics_stale")
    run(sql.SQL("DROP TABLE IF EXISTS {}").format(stale))
    run(
        sql.SQL(
            "CREATE TEMP TABLE {stale} ON COMMIT DROP AS SELECT h.* FROM {table} h"
            " JOIN {dirty} USING (customer_id)"
        ).format(stale=stale, table=table_of(workspace_id), dirty=dirty)
    )
    run(
        sql.SQL("DELETE FROM {} h USING {} d WHERE d.customer_id = h.customer_id").format(
            table_of(workspace_id), dirty
        )
    )
    return stale


def put_in(*, workspace_id: int, fresh: sql.Identifier) -> None:
    run(sql.SQL("INSERT INTO {} SELECT * FROM {}").format(table_of(workspace_id), fresh))


def is_usable(*, workspace_id: int) -> bool:
    """Whether the table is there with rows in it (a crash of the server empties it)."""
    name = f"analytics_history_{int(workspace_id)}"
    if one("SELECT to_regclass(%(name)s)", {"name": name})[0] is None:
        return False
    return bool(rows(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(table_of(workspace_id))))


def drop(*, workspace_id: int) -> None:
    run(sql.SQL("DROP TABLE IF EXISTS {}").format(table_of(workspace_id)))


def ranges(workspace_id: int) -> list[sql.Composable]:
    """Ranges of customers, one after another: workers stream them side by side."""
    low, high = one(_ENDS, {"workspace": workspace_id})
    if low is None:
        return [sql.SQL("")]
    step = (high - low) // RANGES + 1
    return [
        sql.SQL("AND customer_id >= {} AND customer_id < {}").format(
            sql.Literal(start), sql.Literal(start + step)
        )
        for start in range(low, high + 1, step)
    ]


def _write(
    into: sql.Composable, parts: list[sql.Composable], workspace_id: int, as_of: date
) -> None:
    params: dict[str, Any] = {"workspace": workspace_id, "as_of": as_of}
    selects = sql.SQL(" UNION ALL ").join(
        _SELECT.format(only=only, day=sql.Literal(purchases.DAY)) for only in parts
    )
    with planned(**STREAMING):
        run(sql.SQL(" ").join([into, selects]), params)


def _add_refunds(table: sql.Identifier, workspace_id: int, as_of: date) -> None:
    """Refunds that undo no known order count beside the customer's revenue."""
    run(_STANDING_ALONE.format(table=table), {"workspace": workspace_id, "as_of": as_of})
