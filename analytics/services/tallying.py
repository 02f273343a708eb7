"""Adds counted purchase days to the tables that thresholds, books and cohorts are read from."""

from collections.abc import Iterable
from typing import Any

from numpy.typing import NDArray

from analytics.rules import months, purchases
from analytics.rules.purchases import Tally
from analytics.selectors.reading import run

_ADD_GAPS = """
INSERT INTO analytics_gapcount AS g (workspace_id, days, gaps)
SELECT %(workspace)s, * FROM unnest(%(days)s::int[], %(gaps)s::bigint[])
ON CONFLICT (workspace_id, days) DO UPDATE SET gaps = g.gaps + excluded.gaps
"""
_ADD_TRANSITIONS = """
INSERT INTO analytics_transitioncount AS t
    (workspace_id, threshold_days, month, earlier, ordinal, woke, had_woken, days, orders)
SELECT %(workspace)s, %(threshold)s, month, nullif(earlier, 0), ordinal, woke, had_woken, days,
    orders
FROM unnest(%(month)s::int[], %(earlier)s::int[], %(ordinal)s::smallint[], %(woke)s::bool[],
    %(had_woken)s::bool[], %(days)s::bigint[], %(orders)s::bigint[])
    AS counted (month, earlier, ordinal, woke, had_woken, days, orders)
ON CONFLICT (workspace_id, month, earlier, ordinal, woke, had_woken)
DO UPDATE SET days = t.days + excluded.days, orders = t.orders + excluded.orders
"""
_ADD_COHORTS = """
INSERT INTO analytics_cohortcell AS c (workspace_id, cohort, "offset", customers, revenue)
SELECT %(workspace)s, * FROM unnest(%(cohort)s::date[], %(offset)s::smallint[],
    %(customers)s::int[], %(revenue)s::bigint[])
ON CONFLICT (workspace_id, cohort, "offset")
DO UPDATE SET customers = c.customers + excluded.customers,
    revenue = c.revenue + excluded.revenue
"""


def clear(*, workspace_id: int) -> None:
    """Forget all counts of a workspace."""
    run("DELETE FROM analytics_gapcount WHERE workspace_id = %(w)s", {"w": workspace_id})
    run("DELETE FROM analytics_cohortcell WHERE workspace_id = %(w)s", {"w": workspace_id})
    clear_transitions(workspace_id=workspace_id)


def clear_transitions(*, workspace_id: int) -> None:
    run("DELETE FROM analytics_transitioncount WHERE workspace_id = %(w)s", {"w": workspace_id})


def add_gaps(*, workspace_id: int, gaps: Tally) -> None:
    """Add to the histogram; a length that no gap has any more goes."""
    if not len(gaps.keys):
        return
    run(
        _ADD_GAPS,
        {"workspace": workspace_id, "days": _array(gaps.keys), "gaps": _array(gaps.sums[0])},
    )
    run("DELETE FROM analytics_gapcount WHERE workspace_id = %(w)s AND gaps = 0",
        {"w": workspace_id})  # fmt: skip


def add_transitions(*, workspace_id: int, threshold_days: int, counted: Tally) -> None:
    """Add purchase days, counted with a threshold, to the transitions."""
    if not len(counted.keys):
        return
    read = purchases.read_transitions(counted.keys)
    days, orders = counted.sums
    run(
        _ADD_TRANSITIONS,
        {"workspace": workspace_id, "threshold": threshold_days, "month": _array(read.month),
         "earlier": _array(read.earlier), "ordinal": _array(read.ordinal),
         "woke": _array(read.woke), "had_woken": _array(read.had_woken), "days": _array(days),
         "orders": _array(orders)},
    )  # fmt: skip
    run("DELETE FROM analytics_transitioncount WHERE workspace_id = %(w)s AND days = 0",
        {"w": workspace_id})  # fmt: skip


def add_cohorts(*, workspace_id: int, counted: Tally) -> None:
    """Add people and money to the cells of cohorts."""
    if not len(counted.keys):
        return
    cohort, offset = purchases.read_cohorts(counted.keys)
    customers, revenue = counted.sums
    run(
        _ADD_COHORTS,
        {"workspace": workspace_id, "offset": _array(offset), "customers": _array(customers),
         "cohort": _text(map(months.first_day, cohort.tolist())),
         "revenue": _array(revenue)},
    )  # fmt: skip
    run("DELETE FROM analytics_cohortcell WHERE workspace_id = %(w)s AND customers = 0"
        " AND revenue = 0", {"w": workspace_id})  # fmt: skip


def _array(values: NDArray[Any]) -> str:
    return _text(values.tolist())


def _text(values: Iterable[object]) -> str:
    """An array as PostgreSQL reads it: thousands of values in one parameter, quickly."""
    return "{" + ",".join(map(str, values)) + "}"
