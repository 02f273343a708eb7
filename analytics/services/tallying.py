"""Moves counted purchase days into the two tables that books are written from."""

from psycopg2 import sql

from analytics.selectors.reading import run

_TRANSITIONS = sql.SQL("""
SELECT month, earlier, did & 3 AS ordinal, did & 4 > 0 AS woke, did & 8 > 0 AS had_woken,
    sum(days)::bigint AS days, sum(orders)::bigint AS orders
FROM {counted} GROUP BY 1, 2, 3, 4, 5
""")
_COHORTS = sql.SQL("""
SELECT make_date(cohort / 12, mod(cohort, 12) + 1, 1) AS cohort, month - cohort AS "offset",
    coalesce(sum(days) FILTER (WHERE did & 16 > 0), 0)::bigint AS customers,
    sum(revenue)::bigint AS revenue
FROM {counted} GROUP BY 1, 2
""")
_ADD_TRANSITIONS = sql.SQL("""
INSERT INTO analytics_transitioncount AS t
    (workspace_id, threshold_days, month, earlier, ordinal, woke, had_woken, days, orders)
SELECT %(workspace)s, %(threshold)s, month, earlier, ordinal, woke, had_woken,
    %(sign)s * days, %(sign)s * orders
FROM ({tally}) AS tally
ON CONFLICT (workspace_id, month, earlier, ordinal, woke, had_woken)
DO UPDATE SET days = t.days + excluded.days, orders = t.orders + excluded.orders
""")
_ADD_COHORTS = sql.SQL("""
INSERT INTO analytics_cohortcell AS c (workspace_id, cohort, "offset", customers, revenue)
SELECT %(workspace)s, cohort, "offset", %(sign)s * customers, %(sign)s * revenue
FROM ({tally}) AS tally
ON CONFLICT (workspace_id, cohort, "offset")
DO UPDATE SET customers = c.customers + excluded.customers,
    revenue = c.revenue + excluded.revenue
""")


def clear_transitions(*, workspace_id: int) -> None:
    run("DELETE FROM analytics_transitioncount WHERE workspace_id = %(w)s", {"w": workspace_id})


def clear_cohorts(*, workspace_id: int) -> None:
    run("DELETE FROM analytics_cohortcell WHERE workspace_id = %(w)s", {"w": workspace_id})


def add_transitions(
    *, workspace_id: int, threshold_days: int, counted: sql.Identifier, sign: int = 1
) -> None:
    """Add counted purchase days to the transitions, or take them out with sign -1."""
    params = {"workspace": workspace_id, "threshold": threshold_days, "sign": sign}
    run(_ADD_TRANSITIONS.format(tally=_TRANSITIONS.format(counted=counted)), params)


def add_cohorts(*, workspace_id: int, counted: sql.Identifier, sign: int = 1) -> None:
    """Add counted purchase days to the cohorts, or take them out with sign -1."""
    params = {"workspace": workspace_id, "sign": sign}
    run(_ADD_COHORTS.format(tally=_COHORTS.format(counted=counted)), params)


def sweep_zeros(*, workspace_id: int) -> None:
    """Drop rows that a delta has emptied, so that it leaves what a full run would."""
    run("DELETE FROM analytics_transitioncount WHERE workspace_id = %(w)s AND days = 0",
        {"w": workspace_id})  # fmt: skip
    run("DELETE FROM analytics_cohortcell WHERE workspace_id = %(w)s AND customers = 0"
        " AND revenue = 0", {"w": workspace_id})  # fmt: skip
