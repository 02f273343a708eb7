"""Counts what happened at every purchase day: gaps, transitions, cohort cells.

Each count can be taken for the whole base or for a few customers, so a delta takes the old
selves of dirty customers out and puts their new selves in.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from psycopg2 import sql

from analytics.rules import months
from analytics.selectors.reading import one, planned, run

PARALLEL = {"parallel_setup_cost": "100", "parallel_tuple_cost": "0.01",
            "min_parallel_table_scan_size": "1MB"}  # fmt: skip
# The few thousand groups fit into memory; the elements never need to.
COUNTED = sql.Identifier("analytics_counted")

_GAPS = sql.SQL("""
SELECT d - p AS days, count(*) AS gaps FROM (
    SELECT unnest(days) AS d, unnest(NULL::date || days) AS p FROM {table}
) AS pairs WHERE d > p GROUP BY d - p
""")

# One row a purchase day: its day, the purchase day before, the one before that.
_PURCHASE_DAYS = sql.SQL("""
SELECT cohort, d, p, pp, n, r FROM (
    SELECT unnest(days) AS d, unnest(NULL::date || days) AS p,
        unnest(NULL::date || (NULL::date || days)) AS pp, 1 AS n, unnest(totals) AS r,
        {calendar}[days[1] - {origin}] AS cohort
    FROM {table} WHERE purchase_days = orders
) AS single WHERE d IS NOT NULL
UNION ALL
SELECT cohort, d, lag(d) OVER ordered AS p, lag(d, 2) OVER ordered AS pp, n, r FROM (
    SELECT customer_id, cohort, d, count(*)::int AS n, sum(r)::bigint AS r FROM (
        SELECT customer_id, {calendar}[days[1] - {origin}] AS cohort, unnest(days) AS d,
            unnest(totals) AS r
        FROM {table} WHERE purchase_days < orders
    ) AS orders GROUP BY customer_id, cohort, d
) AS several WINDOW ordered AS (PARTITION BY customer_id ORDER BY d)
""")

# did: ordinal (1, 2, 3), + 4 woke, + 8 had woken, + 16 the first purchase day of its month.
_COUNT = sql.SQL("""
CREATE TEMP TABLE {counted} ON COMMIT DROP AS
SELECT cohort, month, earlier, did, count(*) AS days, sum(n) AS orders, sum(r)::bigint AS revenue
FROM (
    SELECT cohort, n, r, {calendar}[d - {origin}] AS month,
        CASE WHEN d - p > {threshold} THEN {calendar}[p + {threshold} + 1 - {origin}]
             WHEN pp IS NULL AND p IS NOT NULL THEN {calendar}[p - {origin}] END AS earlier,
        CASE WHEN p IS NULL THEN 1 WHEN pp IS NULL THEN 2 ELSE 3 END
        + CASE WHEN d - p > {threshold} THEN 4 ELSE 0 END
        + CASE WHEN p - pp > {threshold} THEN 8 ELSE 0 END
        + CASE WHEN {calendar}[p - {origin}] = {calendar}[d - {origin}] THEN 0 ELSE 16 END AS did
    FROM ({purchase_days}) AS purchase_days
) AS classed GROUP BY cohort, month, earlier, did
""")


@dataclass(frozen=True)
class Calendar:
    """The month of every day between two days, as an array that SQL looks up in."""

    first: date
    last: date

    def array(self) -> sql.Composable:
        days = range((self.last - self.first).days + 1)
        numbers = ",".join(str(months.month_of(self.first + timedelta(n))) for n in days)
        return sql.SQL("({}::int[])").format(sql.Literal("{" + numbers + "}"))

    def origin(self) -> sql.Composable:
        """The day before the first: array places start at 1."""
        return sql.SQL("{}::date").format(sql.Literal(self.first - timedelta(1)))


def count_gaps(*, workspace_id: int, table: sql.Identifier) -> None:
    """Write the whole histogram of gaps between consecutive purchase days."""
    run("DELETE FROM analytics_gapcount WHERE workspace_id = %(w)s", {"w": workspace_id})
    with planned(**PARALLEL):
        insert = sql.SQL("INSERT INTO analytics_gapcount (workspace_id, days, gaps) ")
        counted = sql.SQL("SELECT %(w)s, days, gaps FROM ({}) AS g").format(_gaps(table))
        run(insert + counted, {"w": workspace_id})


def change_gaps(*, workspace_id: int, stale: sql.Identifier, fresh: sql.Identifier) -> None:
    """Take the gaps of the stale rows out of the histogram and put those of the fresh in."""
    change = sql.SQL("SELECT days, sum(gaps) AS gaps FROM (SELECT days, -gaps AS gaps FROM ({})"
                     " AS o UNION ALL SELECT days, gaps FROM ({}) AS n) AS c GROUP BY days").format(
        _gaps(stale), _gaps(fresh)
    )  # fmt: skip
    run(
        sql.SQL(
            "INSERT INTO analytics_gapcount AS g (workspace_id, days, gaps)"
            " SELECT %(w)s, days, gaps FROM ({}) AS change WHERE gaps <> 0"
            " ON CONFLICT (workspace_id, days) DO UPDATE SET gaps = g.gaps + excluded.gaps"
        ).format(change),
        {"w": workspace_id},
    )
    run("DELETE FROM analytics_gapcount WHERE workspace_id = %(w)s AND gaps = 0",
        {"w": workspace_id})  # fmt: skip


def count(*, table: sql.Identifier, threshold_days: int, calendar: Calendar) -> sql.Identifier:
    """Class and count every purchase day of a history table, into a temporary table."""
    run(sql.SQL("DROP TABLE IF EXISTS {}").format(COUNTED))
    words = {"calendar": calendar.array(), "origin": calendar.origin(), "table": table}
    statement = _COUNT.format(
        counted=COUNTED, threshold=sql.Literal(threshold_days),
        purchase_days=_PURCHASE_DAYS.format(**words),
        calendar=words["calendar"], origin=words["origin"],
    )  # fmt: skip
    with planned(**PARALLEL):
        run(statement)
    return COUNTED


def calendar_of(*, table: sql.Identifier, as_of: date) -> Calendar:
    """From the first purchase in the table to `as_of`."""
    first = one(sql.SQL("SELECT min(days[1]) FROM {}").format(table))[0]
    return Calendar(first or as_of, as_of)


def _gaps(table: sql.Identifier) -> sql.Composable:
    return _GAPS.format(table=table)
