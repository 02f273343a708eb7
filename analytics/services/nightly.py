"""Asks for one recomputation a workspace and local day, and does it."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connections

from analytics.selectors import days
from analytics.services import recomputing
from analytics.services.recomputing import Outcome
from core.models import Job, Workspace
from core.scoping import Scope
from core.services import jobs

logger = logging.getLogger(__name__)
KIND = "analytics.recompute"
# The night's late orders are in by then, and nobody reads figures yet.
START_HOUR = 4


def ask_due(*, at: datetime) -> int:
    """Ask for today's run of every workspace where it is past four; asking again changes nothing.

    One that cannot be asked for is logged, and keeps nobody else from theirs.
    """
    asked = 0
    for workspace in Workspace.objects.order_by("pk"):
        try:
            asked += _ask_if_due(workspace, at)
        except Exception:
            logger.exception("the night of workspace %s is not asked for", workspace.pk)
    return asked


def _ask_if_due(workspace: Workspace, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(workspace.timezone))
    if local.hour < START_HOUR:
        return False
    _ask(workspace, at, f"nightly:{local.date()}", workspace)
    return True


def ask_after_import(*, workspace: Workspace, import_id: int, at: datetime) -> Job:
    """A file of orders has been loaded: its figures should not wait for the night."""
    return _ask(workspace, at, f"import:{import_id}", workspace)


def ask_now(*, scope: Scope, at: datetime) -> Job:
    """Somebody pressed the button."""
    return _ask(scope.workspace, at, None, scope)


def _ask(workspace: Workspace, at: datetime, key: str | None, tenant: Scope | Workspace) -> Job:
    as_of = days.last_full_day(workspace, at)
    params = {"as_of": as_of.isoformat()}
    return jobs.ask(tenant=tenant, kind=KIND, params=params, unique_key=key)


def run(*, job: Job, at: datetime, progress: Callable[..., None]) -> dict[str, Any]:
    """Do an asked run; progress is written by a connection of its own, outside the transaction."""
    workspace = Workspace.objects.get(pk=job.workspace_id)
    with ThreadPoolExecutor(1) as beside:

        def report(done: int, total: int, phase: str) -> None:
            beside.submit(progress, done, total, phase).result()

        try:
            outcome = recomputing.recompute(
                workspace=workspace, as_of=date.fromisoformat(job.params["as_of"]), at=at,
                full=bool(job.params.get("full")), report=report,
            )  # fmt: skip
        finally:
            beside.submit(connections.close_all).result()
    return shown(outcome)


def shown(outcome: Outcome) -> dict[str, Any]:
    """What a job or a command says it did."""
    return {
        "snapshot": outcome.snapshot_id,
        "was_full": outcome.was_full,
        "customers": outcome.customers,
        "threshold_days": outcome.threshold_days,
    }
