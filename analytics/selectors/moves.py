"""Who moved from one segment to another between two snapshots whose customers are both kept."""

from dataclasses import dataclass
from datetime import timedelta

from analytics.models import Snapshot
from analytics.rules.segments import SEGMENTS
from analytics.selectors.reading import rows
from analytics.selectors.remembered import remembered

# Customers of the newest few snapshots are kept; older ones have totals only.
RECENT = 10
_EARLIER = """
SELECT s.id FROM (
    SELECT id, generation FROM analytics_snapshot
    WHERE workspace_id = %(workspace)s AND published_at IS NOT NULL AND as_of < %(as_of)s
    ORDER BY id DESC LIMIT %(recent)s
) AS s
WHERE generation IS NOT NULL ORDER BY s.id LIMIT 1
"""
_MOVES = """
SELECT before.segment, now.segment, count(*)
FROM analytics_customerstats AS now
JOIN analytics_customerstats AS before ON before.customer_id = now.customer_id
WHERE now.generation = %(generation)s AND now.since <= %(version)s AND now.until > %(version)s
  AND before.generation = %(generation_before)s
  AND before.since <= %(version_before)s AND before.until > %(version_before)s
  AND before.segment <> now.segment
GROUP BY 1, 2
"""
# Both snapshots never change, so neither does the answer.
REMEMBERED = timedelta(days=1)


@dataclass(frozen=True)
class Move:
    """So many customers left one segment for another."""

    left: str
    came: str
    customers: int

    @property
    def is_up(self) -> bool:
        """Towards the better segments, as every screen lists them."""
        return SEGMENTS.index(self.came) < SEGMENTS.index(self.left)


def earlier(latest: Snapshot) -> Snapshot | None:
    """The oldest snapshot of an earlier day whose customers are still kept."""
    found = rows(
        _EARLIER,
        {"workspace": latest.workspace_id, "as_of": latest.as_of, "recent": RECENT},
    )
    if not found:
        return None
    known: Snapshot | None = (
        Snapshot.objects.within(latest.workspace_id).filter(pk=found[0][0]).first()
    )
    return known


def moves(before: Snapshot, now: Snapshot) -> list[Move]:
    """Every move between the two, the largest first."""
    found = remembered(
        f"analytics.moves.{before.pk}.{now.pk}", REMEMBERED,
        lambda: rows(_MOVES, {
            "generation": now.generation, "version": now.version,
            "generation_before": before.generation, "version_before": before.version,
        }),
    )  # fmt: skip
    return sorted((Move(*row) for row in found), key=lambda move: -move.customers)
