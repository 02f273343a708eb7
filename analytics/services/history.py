"""Keeps each customer's purchases in one row: what every book is counted from.

One unlogged table a workspace, `analytics_history_<id>`, read and written by the nightly job
alone. A full run streams it from the covering index on orders; a delta replaces the rows of
dirty customers.
"""

from datetime import date

from psycopg2 import sql

from analytics.rules import purchases
from analytics.rules.purchases import Histories
from analytics.selectors.reading import one, planned, rows, run
from analytics.services.packing import packed

# Stream over crm_order_by_customer: a hash or a sort of all orders costs several times more.
STREAMING = {"enable_hashagg": "off", "enable_sort": "off", "enable_seqscan": "off",
             "enable_bitmapscan": "off"}  # fmt: skip

# As many as keep every worker busy to the end: a few customers may have most of the orders.
RANGES = 16
# Long histories stay beside their customer: moving them out would try to compress them.
TABLE = sql.SQL("{} WITH (toast_tuple_target = 8160)")

# `purchases` are the orders by time, one number of 8 bytes after another: its day and total as
# rules.purchases reads them; `figures` are the customer as rules.base reads it. Numbers cost a
# tenth of what rows do, to write and to read. What has a fixed width and is never absent comes
# first, so that a row is read without walking it; `last_gap` is 0 after a single day.
_SELECT = sql.SQL("""
SELECT customer_id, revenue, refunded, orders, purchase_days, last_on, last_gap,
    int8send(customer_id) || int8send(revenue) || int4send(orders) || date_send(last_on)
        || int4send(purchase_days) || int4send(last_gap) || int8send(refunded) AS figures,
    purchases
FROM (
    SELECT customer_id, orders, revenue, refunded, cardinality(on_days) AS purchase_days,
        on_days[cardinality(on_days)] AS last_on,
        coalesce(on_days[cardinality(on_days)] - on_days[cardinality(on_days) - 1], 0) AS last_gap,
        purchases
    FROM (
        SELECT customer_id, count(*)::int AS orders, analytics_total(total) AS revenue,
            analytics_total(refunded) AS refunded, array_agg(DISTINCT placed_on) AS on_days,
            string_agg(
                int8send((placed_on - date '2000-01-01') * {day} + total), ''
                ORDER BY placed_on, placed_at
            ) AS purchases
        FROM crm_order
        WHERE workspace_id = {workspace} AND customer_id IS NOT NULL AND is_purchase
          AND placed_on <= {as_of}::date {only}
        GROUP BY customer_id
    ) AS streamed
) AS read
""")
# The ends of a workspace's part of the index. Asked for the least customer of a workspace, planners
# may walk an index of all customers until they meet one of it: millions of orders of the others.
_END = sql.SQL("""
SELECT customer_id FROM (
    SELECT workspace_id, customer_id FROM crm_order
    WHERE (workspace_id, customer_id) {side} AND customer_id IS NOT NULL AND is_purchase
    ORDER BY workspace_id {order}, customer_id {order} LIMIT 1
) AS nearest WHERE workspace_id = {workspace}
""")
# Refunds are the last 8 bytes of the figures.
_STANDING_ALONE = sql.SQL("""
UPDATE {table} h SET refunded = h.refunded + alone.total,
    figures = substring(h.figures FOR 32) || int8send(h.refunded + alone.total)
FROM (
    SELECT customer_id, sum(total)::bigint AS total FROM crm_refund
    WHERE workspace_id = %(workspace)s AND order_id IS NULL AND refunded_on <= %(as_of)s
      AND customer_id IS NOT NULL {only}
    GROUP BY customer_id
) AS alone WHERE alone.customer_id = h.customer_id
""")
# Rows that a statement moves, as `counting` reads them.
_PACKED = sql.SQL("""
WITH moved AS ({moving} RETURNING h.orders, h.purchases)
SELECT string_agg(int4send(orders), ''), string_agg(purchases, '') FROM moved
""")


def table_of(workspace_id: int) -> sql.Identifier:
    return sql.Identifier(f"analytics_history_{int(workspace_id)}")


def rebuild(*, workspace_id: int, as_of: date) -> None:
    """Stream all orders up to the end of `as_of` into a new table."""
    table = table_of(workspace_id)
    run(sql.SQL("DROP TABLE IF EXISTS {}").format(table))
    parts = [_select(workspace_id, as_of, only) for only in ranges(workspace_id)]
    with planned(**STREAMING):
        run(
            sql.SQL("CREATE UNLOGGED TABLE {} AS {}").format(
                TABLE.format(table), sql.SQL(" UNION ALL ").join(parts)
            )
        )
    with planned(max_parallel_maintenance_workers="0"):
        run(sql.SQL("CREATE UNIQUE INDEX ON {} (customer_id)").format(table))
    _add_refunds(workspace_id, as_of, sql.SQL(""))


def replace(
    *, workspace_id: int, as_of: date, dirty: sql.Identifier
) -> tuple[Histories, Histories]:
    """Put what dirty customers have now in place of what they had; returns both, old first."""
    table = table_of(workspace_id)
    only = sql.SQL("AND customer_id = ANY (ARRAY(SELECT customer_id FROM {}))").format(dirty)
    old = _moved(
        sql.SQL("DELETE FROM {} h USING {} d WHERE d.customer_id = h.customer_id").format(
            table, dirty
        )
    )
    with planned(**STREAMING):
        fresh = _select(workspace_id, as_of, only)
        new = _moved(sql.SQL("INSERT INTO {} AS h {}").format(table, fresh))
    _add_refunds(workspace_id, as_of, only)
    return old, new


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
    ends = _ends(workspace_id)
    if ends is None:
        return [sql.SQL("")]
    low, high = ends
    step = (high - low) // RANGES + 1
    return [
        sql.SQL("AND customer_id >= {} AND customer_id < {}").format(
            sql.Literal(start), sql.Literal(start + step)
        )
        for start in range(low, high + 1, step)
    ]


def _ends(workspace_id: int) -> tuple[int, int] | None:
    """The least and the greatest customer with a purchase; None when nobody has bought."""
    workspace = sql.Literal(workspace_id)
    low = _END.format(
        side=sql.SQL(">= ({}, 0)").format(workspace), order=sql.SQL("ASC"), workspace=workspace
    )
    high = _END.format(
        side=sql.SQL("< ({}, 0)").format(sql.Literal(workspace_id + 1)),
        order=sql.SQL("DESC"), workspace=workspace,
    )  # fmt: skip
    first, last = one(sql.SQL("SELECT ({}), ({})").format(low, high))
    return None if first is None else (first, last)


def _select(workspace_id: int, as_of: date, only: sql.Composable) -> sql.Composable:
    return _SELECT.format(
        workspace=sql.Literal(workspace_id), as_of=sql.Literal(as_of), only=only,
        day=sql.Literal(purchases.DAY),
    )  # fmt: skip


def _moved(moving: sql.Composable) -> Histories:
    return Histories.packed(*packed(_PACKED.format(moving=moving)))


def _add_refunds(workspace_id: int, as_of: date, only: sql.Composable) -> None:
    """Refunds that undo no known order count beside the customer's revenue."""
    run(
        _STANDING_ALONE.format(table=table_of(workspace_id), only=only),
        {"workspace": workspace_id, "as_of": as_of},
    )
