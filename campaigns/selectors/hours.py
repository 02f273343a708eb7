"""Clicks of a run by hour of its own time and by channel."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from campaigns.models import Run

_CLICKS = """
SELECT date_trunc('hour', delivery.clicked_at, %(zone)s) AS hour, step.channel_kind, count(*)
FROM campaigns_delivery AS delivery
JOIN campaigns_runstep AS step ON step.id = delivery.step_id
WHERE delivery.run_id = %(run)s AND delivery.clicked_at IS NOT NULL
GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class HourCount:
    """First clicks within one hour through one kind of channel."""

    hour: datetime
    kind: str
    clicks: int


def clicks_by_hour(*, run: Run) -> list[HourCount]:
    """In the workspace's own hours."""
    with connection.cursor() as cursor:
        cursor.execute(_CLICKS, {"run": run.pk, "zone": run.workspace.timezone})
        return [HourCount(*row) for row in cursor.fetchall()]
