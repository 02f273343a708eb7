"""Jobs: asked for as a row, taken by one worker under a lease, watched live, cancelled politely."""

import logging
import uuid
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from core.errors import DomainError
from core.models import Job
from core.scoping import Scope, workspace_id_of
from core.services.job_progress import LEASE, Cancelled, Heart, Progress

__all__ = ["Cancelled", "Progress", "ask", "cancel", "register", "run", "run_due"]
logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 3


Runner = Callable[[Job, Progress], dict[str, Any]]
_runners: dict[str, Runner] = {}


def register(kind: str, runner: Runner) -> None:
    """Name the function that does jobs of a kind; it returns the result to show."""
    _runners[kind] = runner


def ask(
    *,
    tenant: "Scope | Any",
    kind: str,
    params: dict[str, Any] | None = None,
    title: str = "",
    unique_key: str | None = None,
) -> Job:
    """Write the row of a job and wake a worker; the same `unique_key` gives the same job."""
    asker = tenant.actor_id if isinstance(tenant, Scope) and tenant.actor_kind == "user" else None
    fields = {"params": params or {}, "title": title, "asked_by_id": asker}
    identity = {"workspace_id": workspace_id_of(tenant), "kind": kind, "unique_key": unique_key}
    if unique_key is None:
        job = Job.unscoped.create(**identity, **fields)
    else:
        job, _ = Job.unscoped.get_or_create(**identity, defaults=fields)
    transaction.on_commit(_wake)
    return job


def _wake() -> None:
    from core.tasks import wake

    wake("jobs")


def cancel(*, job: Job) -> None:
    """Cancel a queued job at once and a running one at its next report."""
    Job.unscoped.filter(pk=job.pk, state="queued").update(state="cancelled", finished_at=Now())
    Job.unscoped.filter(pk=job.pk, state="running").update(cancel_requested_at=Now())


def run_due() -> int:
    """Take and run one open job; returns 1 if there was one."""
    while job := _claim():
        if job.state == "running":
            run(job=job)
            return 1
    return 0


def _claim() -> Job | None:
    """Lease the oldest open job: a queued one, or one whose worker has died."""
    is_open = Q(state="queued") | Q(state="running", lease_until__lt=Now())
    with transaction.atomic():
        job = (
            Job.unscoped.filter(is_open, kind__in=list(_runners))
            .order_by("id")
            .select_for_update(skip_locked=True)
            .first()
        )
        return _lease(job) if job else None


def _lease(job: Job) -> Job:
    """Mark a job as ours; one that was cancelled or kills its workers ends here instead."""
    if job.cancel_requested_at:
        _finish(job, "cancelled")
    elif job.attempts >= MAX_ATTEMPTS:
        _finish(job, "failed", error_code="gave_up")
    else:
        Job.unscoped.filter(pk=job.pk).update(
            state="running",
            lease_token=uuid.uuid4(),
            lease_until=Now() + LEASE,
            attempts=F("attempts") + 1,
            started_at=Coalesce(F("started_at"), Now()),
        )
    job.refresh_from_db()
    return job


def run(*, job: Job) -> None:
    """Do a leased job and write how it ended; a stale worker's end is not written."""
    progress = Progress(job)
    try:
        with Heart(progress):
            result = _runners[job.kind](job, progress)
    except Cancelled:
        _finish(job, "cancelled")
    except DomainError as refusal:
        _finish(job, "failed", error_code=refusal.code, error_detail=refusal.detail[:1000])
    except Exception as error:
        logger.exception("job %s %s failed", job.pk, job.kind)
        _finish(job, "failed", error_code="internal", error_detail=type(error).__name__)
    else:
        _finish(job, "succeeded", result=result)


def _finish(job: Job, state: str, **fields: Any) -> None:
    mine = Job.unscoped.filter(pk=job.pk, lease_token=job.lease_token)
    mine.update(state=state, finished_at=Now(), lease_token=None, lease_until=None, **fields)


def open_jobs() -> int:
    """How many jobs wait or run (for health and tests)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_job WHERE state IN ('queued', 'running')")
        return int(cursor.fetchone()[0])
