"""Lists of campaigns with the state and progress of their latest run."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from campaigns.models import Campaign, Run
from campaigns.rules.run_clock import RunClock
from core.scoping import Scope

_PROGRESS = """
SELECT delivery.run_id, count(*),
       count(*) FILTER (WHERE state NOT IN ('queued', 'claimed', 'sending')),
       count(*) FILTER (WHERE state = 'accepted'),
       count(*) FILTER (WHERE state = 'unknown'),
       count(*) FILTER (WHERE state = 'failed')
FROM campaigns_delivery AS delivery WHERE delivery.run_id = ANY(%s) GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run's messages are; people enter later steps as they go, so `rows` grows."""

    rows: int = 0
    settled: int = 0
    accepted: int = 0
    unknown: int = 0
    failed: int = 0


def campaigns(*, scope: Scope, find: str = "") -> QuerySet[Campaign]:
    """Campaigns that are not archived, each with the id of its latest run as `latest_run`."""
    latest = Run.unscoped.filter(campaign=OuterRef("pk")).order_by("-id").values("id")[:1]
    found: QuerySet[Campaign] = Campaign.objects.within(scope).filter(archived_at=None)
    if find:
        found = found.filter(name__icontains=find)
    return found.annotate(latest_run=Subquery(latest))


def progress(*, run_ids: list[int]) -> dict[int, Progress]:
    """How far these runs are."""
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, [run_ids])
        return {row[0]: Progress(*row[1:]) for row in cursor.fetchall()}


def business_time(run: Run, at: datetime) -> datetime:
    """The run's own time at a real instant."""
    return clock_of(run).business(at)


def clock_of(run: Run) -> RunClock:
    """The run's clock; only one that hurries stands in a pause, for real time does not."""
    stands_since = run.paused_at if run.speed > 1 else None
    return RunClock(run.real_start, run.business_start, run.speed, run.stood_for, stands_since)


def outcome_counts(*, run: Run) -> list[dict[str, Any]]:
    """Deliveries by step, state and reason: every row of the run is in exactly one of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT step.position, step.channel_kind, delivery.state, delivery.reason, count(*) "
            "FROM campaigns_delivery AS delivery "
            "JOIN campaigns_runstep AS step ON step.id = delivery.step_id "
            "WHERE delivery.run_id = %s GROUP BY 1, 2, 3, 4 ORDER BY 1, 5 DESC",
            [run.pk],
        )
        names = ("position", "channel_kind", "state", "reason", "people")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
