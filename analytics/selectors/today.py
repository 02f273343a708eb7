"""What the first page says beside figures: what wants attention, what is set up, the story."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Subquery

from analytics.models import Snapshot
from analytics.selectors.reading import one
from campaigns.models import Run
from core.models import Job
from core.scoping import Scope
from crm.models import Import

RECENTLY = timedelta(days=7)
DEMO_JOB = "demo"
# The same days as the ready campaign about them.
BURN_SOON = timedelta(days=30)
SILENT_AFTER = 20
_TODAY = """
SELECT
  (SELECT count(*) FROM core_event WHERE workspace_id = %(w)s AND parked_at IS NOT NULL
      AND relayed_at IS NULL),
  (SELECT count(*) FROM core_job WHERE workspace_id = %(w)s AND state = 'failed'
      AND finished_at > %(since)s),
  (SELECT count(*) FROM (SELECT 1 FROM campaigns_delivery WHERE workspace_id = %(w)s
      AND state = 'unknown' LIMIT 1000) AS found),
  (SELECT coalesce(sum(rejected), 0)::bigint FROM crm_import WHERE workspace_id = %(w)s
      AND state = 'loaded' AND loaded_at > %(since)s),
  (SELECT count(*) FROM campaigns_run WHERE workspace_id = %(w)s AND state = 'paused'),
  (SELECT count(*) FROM campaigns_channel WHERE workspace_id = %(w)s AND is_active
      AND (failures >= %(silent)s OR test_error <> '')),
  burning.customers, burning.points,
  EXISTS (SELECT 1 FROM campaigns_run r JOIN campaigns_campaign c ON c.id = r.campaign_id
      WHERE r.workspace_id = %(w)s AND r.business_start > %(told)s
      AND c.audience ->> 'kind' = 'points_expire_soon'),
  (SELECT count(*) FROM crm_customer WHERE workspace_id = %(w)s),
  EXISTS (SELECT 1 FROM loyalty_program WHERE workspace_id = %(w)s),
  (SELECT count(*) FROM campaigns_channel WHERE workspace_id = %(w)s),
  (SELECT count(*) FROM campaigns_run WHERE workspace_id = %(w)s),
  EXISTS (SELECT 1 FROM campaigns_campaign WHERE workspace_id = %(w)s AND control_percent > 0),
  (SELECT count(*) FROM core_membership WHERE workspace_id = %(w)s)
FROM (SELECT count(DISTINCT l.account_id) AS customers,
             coalesce(sum(s.remaining), 0)::bigint AS points
      FROM loyalty_lotstate s JOIN loyalty_lot l ON l.id = s.lot_id
      WHERE s.workspace_id = %(w)s AND s.remaining > 0 AND l.active_from <= %(at)s
        AND s.expires_at > %(at)s AND s.expires_at <= %(until)s) AS burning
"""


@dataclass(frozen=True)
class Attention:
    """Counts of what a person should look at; zeros need nobody.

    `burning_points` are those of the next thirty days, and whether anybody has been told.
    """

    parked_facts: int
    failed_jobs: int
    unknown_deliveries: int
    refused_rows: int
    paused_runs: int
    silent_channels: int
    burning_customers: int
    burning_points: int
    were_told: bool


@dataclass(frozen=True)
class Steps:
    """How far a new shop has come."""

    customers: int
    has_programme: bool
    channels: int
    runs: int
    has_control_group: bool
    people: int


@dataclass(frozen=True)
class Story:
    """The demo's story: its job, and what its parts left behind: ids are 0 before that.

    The first loaded file with its lines, how many customers have figures, and the first run.
    """

    job: Job
    loaded_id: int
    loaded_rows: int
    customers: int
    run_id: int


def today(scope: Scope, at: datetime) -> tuple[Attention, Steps]:
    """What wants a person today, and how far the shop has come, by one query."""
    found = one(_TODAY, {
        "w": scope.workspace_id, "at": at, "since": at - RECENTLY, "told": at - BURN_SOON,
        "until": at + BURN_SOON, "silent": SILENT_AFTER,
    })  # fmt: skip
    split = len(fields(Attention))
    return Attention(*found[:split]), Steps(*found[split:])


def story(scope: Scope) -> Story | None:
    """The story of a demo workspace, by one query; None elsewhere."""
    if not scope.workspace.is_demo:
        return None
    loaded = Import.objects.within(scope).filter(state="loaded").order_by("pk")
    published = Snapshot.objects.within(scope).filter(published_at__isnull=False).order_by("-pk")
    runs = Run.objects.within(scope).order_by("pk")
    job = (
        Job.objects.within(scope)
        .filter(kind=DEMO_JOB)
        .annotate(
            loaded_id=Subquery(loaded.values("pk")[:1]),
            loaded_rows=Subquery(loaded.values("rows")[:1]),
            figures=Subquery(published.values("figures")[:1]),
            run_id=Subquery(runs.values("pk")[:1]),
        )
        .order_by("-pk")
        .first()
    )
    return job and _story(job)


def _story(job: Any) -> Story:
    """A job with what was annotated to it."""
    customers = (job.figures or {}).get("customers", 0)
    return Story(job, job.loaded_id or 0, job.loaded_rows or 0, customers, job.run_id or 0)
