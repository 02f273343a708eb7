"""Moves counted purchase days into the two tables that books are written from."""

from psycopg2 import sql

from analytics.selectors.reading import run

_TRANSITIONS = sql.SQL("""
SELECT (packed & 4095) + {zero} AS month, nullif((packed >> 12) & 4095, 0) + {zero} AS earlier,
    (packed >> 24) & 3 AS ordinal, (packed >> 24) & 4 > 0 AS woke,
    (packed >> 24) & 8 > 0 AS had_woken, sum(days)::bigint AS days, sum(orders)::bigint AS orders
FROM {counted} GROUP BY packed
""")
_COHORTS = sql.SQL("""
SELECT make_date(month / 12, mod(month, 12) + 1, 1) AS cohort, "offset", customers, revenue FROM (
    SELECT (packed >> 12) + {zero} AS month, (packed & 4095) - (packed >> 12) AS "offset",
        customers, revenue
    FROM {counted}
) AS unpacked
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
    *, workspace_id: int, threshold_days: int, counted: sql.Identifier, zero: int, sign: int = 1
) -> None:
    """Add counted purchase days to the transitions, or take them out with sign -1."""
    params = {"workspace": workspace_id, "threshold": threshold_days, "sign": sign}
    run(_ADD_TRANSITIONS.format(tally=_unpacked(_TRANSITIONS, counted, zero)), params)


def add_cohorts(*, workspace_id: int, counted: sql.Identifier, zero: int, sign: int = 1) -> None:
    """Add counted purchase days to the cohorts, or take them out with sign -1."""
    params = {"workspace": workspace_id, "sign": sign}
    run(_ADD_COHORTS.format(tally=_unpacked(_COHORTS, counted, zero)), params)


def sweep_zeros(*, workspace_id: int) -> None:
    """Drop rows that a delta has emptied, so that it leaves what a full run would."""
    run("DELETE FROM analytics_transitioncount WHERE workspace_id = %(w)s AND days = 0",
        {"w": workspace_id})  # fmt: skip
    run("DELETE FROM analytics_cohortcell WHERE workspace_id = %(w)s AND customers = 0"
        " AND revenue = 0", {"w": workspace_id})  # fmt: skip


def _unpacked(tally: sql.SQL, counted: sql.Identifier, zero: int) -> sql.Composable:
    """Months of a calendar as months since year 0; `zero` is the one before its first."""
    return tally.format(counted=counted, zero=sql.Literal(zero))
