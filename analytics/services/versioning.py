"""Adds a snapshot to the table of the one before: writes who differs, and closes what they were.

A night moves a few customers of a hundred. The others' rows say the same as before, so the new
snapshot sees them where they lie; snapshots that are kept go on seeing the closed rows.
"""

import numpy as np
from psycopg2 import sql

from analytics.models import Snapshot
from analytics.models.stats import STANDS
from analytics.rules import places
from analytics.rules.base import Numbers
from analytics.rules.places import Places
from analytics.rules.quantiles import Borders
from analytics.selectors.reading import one, run
from analytics.services import publishing
from analytics.services.publishing import Scored, Terms

# The newest snapshots whose customers are kept.
KEEP = 3
# Above this share of the base writing everybody anew is cheaper.
MUCH = 0.1
_ONLY = sql.SQL("WHERE customer_id = ANY ({customers}::bigint[])")
_CLOSE = sql.SQL("UPDATE {table} SET until = {version} {only} AND until = {stands}")
_LET_GO = """
UPDATE analytics_snapshot SET generation = NULL
WHERE workspace_id = %(w)s AND generation IS NOT NULL AND id NOT IN (
    SELECT id FROM analytics_snapshot WHERE workspace_id = %(w)s AND published_at IS NOT NULL
    ORDER BY id DESC LIMIT %(kept)s
)
"""
_OLDEST = "SELECT min(version) FROM analytics_snapshot WHERE generation = %(g)s"


def changed_since(
    before: Snapshot, scored: Scored, dirty: Numbers, *, at_any_size: bool = False
) -> Numbers | None:
    """Whose row differs from the one in the snapshot before; None when all are to be written.

    Whose orders did not change stood where the cuts of then put them.
    """
    if not _is_continued(before, scored.terms):
        return None
    moved = scored.placed.differ_from(_stood(before, scored))
    changed = np.union1d(scored.people.customers[moved], dirty)
    return changed if at_any_size or len(changed) <= len(moved) * MUCH else None


def write(*, snapshot: Snapshot, before: Snapshot, scored: Scored, changed: Numbers) -> None:
    """Give the snapshot the table of the one before and new rows for those who changed."""
    snapshot.generation, snapshot.version = before.generation, before.version + 1
    if not len(changed):
        return
    table = _table(snapshot)
    customers = "{" + ",".join(map(str, changed.tolist())) + "}"
    only = _ONLY.format(customers=sql.Literal(customers))
    run(
        _CLOSE.format(
            table=table, version=sql.Literal(snapshot.version), only=only,
            stands=sql.Literal(STANDS),
        )
    )  # fmt: skip
    run(
        sql.SQL("INSERT INTO {} ({}) {}").format(
            table, publishing.COLUMNS, publishing.select(snapshot, scored, only)
        )
    )


def let_go(*, snapshot: Snapshot) -> int:
    """Keep the customers of the newest snapshots only; returns how many closed rows went."""
    run(_LET_GO, {"w": snapshot.workspace_id, "kept": KEEP})
    oldest = one(_OLDEST, {"g": snapshot.generation})[0]
    if not oldest:
        return 0
    return run(
        sql.SQL("DELETE FROM {} WHERE until <= {}").format(_table(snapshot), sql.Literal(oldest))
    )


def _is_continued(before: Snapshot, terms: Terms) -> bool:
    """Whether the snapshot before was computed by the same rules and its table has room."""
    return (
        before.generation is not None
        and "cuts" in before.figures
        and before.method == terms.method
        and int(before.threshold_days) == terms.threshold_days
        and before.version + 1 < STANDS
    )


def _stood(before: Snapshot, scored: Scored) -> Places:
    """Where people of these figures stood in the snapshot before."""
    terms = scored.terms
    return places.places(
        scored.people.days_later((before.as_of - terms.as_of).days),
        {metric: Borders(**cut) for metric, cut in before.figures["cuts"].items()},
        method=terms.method, threshold_days=terms.threshold_days,
    )  # fmt: skip


def _table(snapshot: Snapshot) -> sql.Identifier:
    return publishing.partition_of(snapshot.generation or 0)
