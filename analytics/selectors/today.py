"""What the first page says beside figures: what wants attention, what is set up, the story."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.selectors.reading import one
from campaigns.models import Run
from core.models import Job
from core.scoping import Scope
from crm.models import Import

RECENTLY = timedelta(days=7)
DEMO_JOB = "demo"
_ATTENTION = """
SELECT
  (SELECT count(*) FROM core_event WHERE workspace_id = %(w)s AND parked_at IS NOT NULL
      AND relayed_at IS NULL),
  (SELECT count(*) FROM core_job WHERE workspace_id = %(w)s AND state = 'failed'
      AND finished_at > %(since)s),
  (SELECT count(*) FROM (SELECT 1 FROM campaigns_delivery WHERE workspace_id = %(w)s
      AND state = 'unknown' LIMIT 1000) AS found),
  (SELECT coalesce(sum(rejected), 0)::bigint FROM crm_import WHERE workspace_id = %(w)s
      AND state = 'loaded' AND loaded_at > %(since)s)
"""
_STEPS = """
SELECT
  (SELECT count(*) FROM crm_customer WHERE workspace_id = %(w)s),
  EXISTS (SELECT 1 FROM loyalty_program WHERE workspace_id = %(w)s),
  (SELECT count(*) FROM campaigns_channel WHERE workspace_id = %(w)s),
  (SELECT count(*) FROM campaigns_run WHERE workspace_id = %(w)s),
  EXISTS (SELECT 1 FROM campaigns_campaign WHERE workspace_id = %(w)s AND control_percent > 0),
  (SELECT count(*) FROM core_membership WHERE workspace_id = %(w)s)
"""


@dataclass(frozen=True)
class Attention:
    """Counts of what a person should look at; zeros need nobody."""

    parked_facts: int
    failed_jobs: int
    unknown_deliveries: int
    refused_rows: int


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
    """The demo's story: its job, and what its parts left behind."""

    job: Job
    loaded: Import | None
    run: Run | None


def attention(scope: Scope, at: datetime) -> Attention:
    return Attention(*one(_ATTENTION, {"w": scope.workspace_id, "since": at - RECENTLY}))


def steps(scope: Scope) -> Steps:
    return Steps(*one(_STEPS, {"w": scope.workspace_id}))


def story(scope: Scope) -> Story | None:
    """The story of a demo workspace; None elsewhere."""
    if not scope.workspace.is_demo:
        return None
    job = Job.objects.within(scope).filter(kind=DEMO_JOB).order_by("-pk").first()
    if job is None:
        return None
    loaded = Import.objects.within(scope).filter(state="loaded").order_by("pk").first()
    run = Run.objects.within(scope).select_related("campaign").order_by("pk").first()
    return Story(job, loaded, run)
