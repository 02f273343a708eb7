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
# One sort serves both the grouping by day and the look at the days before.
SORTING = {"enable_hashagg": "off", "work_mem": "64MB"}
# Unnesting is not counted partially by the planner, so the base is cut into parts, each counted
# whole; workers take the parts.
PARTS = 4
COUNTED = sql.Identifier("analytics_counted")

_GAPS = sql.SQL("""
SELECT d - p AS days, count(*) AS gaps FROM (
    SELECT unnest(days) AS d, unnest(NULL::date || days) AS p FROM {table} WHERE {part}
) AS pairs WHERE d > p GROUP BY d - p
""")

# Only a new table may be filled by parallel workers.
_GAP_COUNTS = sql.SQL("""
CREATE TEMP TABLE {counted} ON COMMIT DROP AS
SELECT days, sum(gaps)::bigint AS gaps FROM ({parts}) AS parts GROUP BY days
""")

# What a purchase day did, packed into one number so that the planner counts in parallel workers:
# month, then `earlier` (12 bits each, months of the calendar from 1), then the ordinal (1, 2, 3)
# + 4 when it woke the customer + 8 when the purchase before had.
_CLASS = sql.SQL("""
{month}[d - {origin}] + CASE
    WHEN p IS NULL THEN 1 << 24
    WHEN d - p > {threshold} THEN {shifted}[p + {threshold} + 1 - {origin}]
        + CASE WHEN pp IS NULL THEN 6 << 24 WHEN p - pp > {threshold} THEN 15 << 24
               ELSE 7 << 24 END
    WHEN pp IS NULL THEN {shifted}[p - {origin}] + (2 << 24)
    WHEN p - pp > {threshold} THEN 11 << 24 ELSE 3 << 24 END
""")

# One row a purchase day: its day, the purchase day before, the one before that. Customers who
# never ordered twice on a day need no sorting.
_PLAIN = sql.SQL("""
SELECT {class} AS packed, count(*) AS days, count(*) AS orders FROM (
    SELECT unnest(days) AS d, unnest(NULL::date || days) AS p,
        unnest(NULL::date || (NULL::date || days)) AS pp
    FROM {table} WHERE is_plain AND {part}
) AS single WHERE d IS NOT NULL GROUP BY 1
""")
_SEVERAL = sql.SQL("""
SELECT {class} AS packed, count(*) AS days, sum(n) AS orders FROM (
    SELECT d, n, lag(d) OVER ordered AS p, lag(d, 2) OVER ordered AS pp FROM (
        SELECT customer_id, d, count(*) AS n FROM (
            SELECT customer_id, unnest(days) AS d FROM {table} WHERE NOT is_plain
        ) AS orders GROUP BY customer_id, d
    ) AS several WINDOW ordered AS (PARTITION BY customer_id ORDER BY d)
) AS days GROUP BY 1
""")
_TRANSITIONS = sql.SQL("""
CREATE TEMP TABLE {counted} ON COMMIT DROP AS
SELECT packed, sum(days)::bigint AS days, sum(orders)::bigint AS orders
FROM ({parts}) AS parts GROUP BY packed
""")

# The month, then the cohort's month 12 bits up; a person counts once a month.
_COHORT = sql.SQL("""
SELECT cohort + {month}[d - {origin}] AS packed, sum(r) AS revenue,
    count(*) FILTER (WHERE p IS NULL OR {month}[p - {origin}] <> {month}[d - {origin}])
        AS customers
FROM (
    SELECT unnest(days) AS d, unnest(NULL::date || days) AS p, unnest(totals) AS r,
        {shifted}[first_on - {origin}] AS cohort
    FROM {table} WHERE {part}
) AS orders WHERE d IS NOT NULL GROUP BY 1
""")
_COHORTS = sql.SQL("""
CREATE TEMP TABLE {counted} ON COMMIT DROP AS
SELECT packed, sum(revenue)::bigint AS revenue, sum(customers)::bigint AS customers
FROM ({parts}) AS parts GROUP BY packed
""")


@dataclass(frozen=True)
class Calendar:
    """The month of every day between two days, as an array that SQL looks up in."""

    first: date
    last: date

    def array(self, shift: int = 0) -> sql.Composable:
        days = range((self.last - self.first).days + 1)
        numbers = (self.number(self.first + timedelta(n)) << shift for n in days)
        return sql.SQL("({}::int[])").format(sql.Literal("{" + ",".join(map(str, numbers)) + "}"))

    def number(self, day: date) -> int:
        """A day's month, counted from 1 at the calendar's first."""
        return months.month_of(day) - self.zero

    @property
    def zero(self) -> int:
        """The month before the first."""
        return months.month_of(self.first) - 1

    def origin(self) -> sql.Composable:
        """The day before the first: array places start at 1."""
        return sql.SQL("{}::date").format(sql.Literal(self.first - timedelta(1)))


def count_gaps(*, workspace_id: int, table: sql.Identifier) -> None:
    """Write the whole histogram of gaps between consecutive purchase days."""
    run("DELETE FROM analytics_gapcount WHERE workspace_id = %(w)s", {"w": workspace_id})
    counted = _counted(_GAP_COUNTS, _parts(_GAPS, {"table": table}))
    run(
        sql.SQL(
            "INSERT INTO analytics_gapcount (workspace_id, days, gaps)"
            " SELECT %(w)s, days, gaps FROM {}"
        ).format(counted),
        {"w": workspace_id},
    )


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


def count_transitions(
    *, table: sql.Identifier, threshold_days: int, calendar: Calendar
) -> sql.Identifier:
    """Class and count every purchase day of a history table, into a temporary table."""
    words = _words(calendar) | {"threshold": sql.Literal(threshold_days)}
    words = {**words, "class": _CLASS.format(**words), "table": table}
    counted = _counted(_TRANSITIONS, _parts(_PLAIN, words))
    with planned(**SORTING):
        run(sql.SQL("INSERT INTO {} {}").format(counted, _SEVERAL.format(**words)))
    return counted


def count_cohorts(*, table: sql.Identifier, calendar: Calendar) -> sql.Identifier:
    """Count people and money by cohort and month, into a temporary table."""
    return _counted(_COHORTS, _parts(_COHORT, _words(calendar) | {"table": table}))


def _words(calendar: Calendar) -> dict[str, sql.Composable]:
    return {
        "month": calendar.array(), "shifted": calendar.array(12), "origin": calendar.origin(),
    }  # fmt: skip


def _parts(statement: sql.SQL, words: dict[str, sql.Composable]) -> sql.Composable:
    """A statement over every part of the base, one after another."""
    return sql.SQL(" UNION ALL ").join(
        statement.format(
            part=sql.SQL("mod(customer_id, {}) = {}").format(
                sql.Literal(PARTS), sql.Literal(number)
            ),
            **words,
        )
        for number in range(PARTS)
    )


def _counted(statement: sql.SQL, parts: sql.Composable) -> sql.Identifier:
    run(sql.SQL("DROP TABLE IF EXISTS {}").format(COUNTED))
    with planned(**PARALLEL):
        run(statement.format(counted=COUNTED, parts=parts))
    return COUNTED


def calendar_of(*, table: sql.Identifier, as_of: date) -> Calendar:
    """From the first purchase in the table to `as_of`."""
    first = one(sql.SQL("SELECT min(first_on) FROM {}").format(table))[0]
    return Calendar(first or as_of, as_of)


def _gaps(table: sql.Identifier) -> sql.Composable:
    return _GAPS.format(table=table, part=sql.SQL("true"))
