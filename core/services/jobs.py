"""Jobs: asked for as a row, taken by one worker under a lease, watched live, cancelled politely."""

import logging
import uuid
from collections.abc import Callable
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Greatest, Now

from core.errors import DomainError
from core.models import Job
from core.scoping import Scope, workspace_id_of
from core.services import job_turns
from core.services.job_progress import LEASE, Cancelled, Heart, Left, Progress, Worker

__all__ = ["Cancelled", "Progress", "ask", "cancel", "register", "run", "run_due", "take_back"]
logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 3
_QUEUED: dict[str, Any] = {"state": "queued", "lease_token": None, "lease_until": None}
# A job that was begun and waits again, by nobody's fault.
_WAITING: dict[str, Any] = {**_QUEUED, "attempts": Greatest(F("attempts") - 1, 0)}


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
    """Take and run one open job; returns 1 if there was one. A worker that leaves takes none."""
    while not Worker.is_leaving() and (job := _claim()):
        if job.state == "running":
            run(job=job)
            return 1
    return 0


def _claim() -> Job | None:
    """Lease the open job whose turn it is."""
    with transaction.atomic():
        job = job_turns.next_open(kinds=list(_runners))
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


def take_back() -> int:
    """Put all running jobs back into the queue: to be called where no worker can be alive.

    Whoever stopped their workers did so on purpose, so the attempt is not counted.
    """
    return Job.unscoped.filter(state="running").update(**_WAITING)


def run(*, job: Job) -> None:
    """Do a leased job and write how it ended; a stale worker's end is not written."""
    progress = Progress(job)
    try:
        with Heart(progress):
            result = _runners[job.kind](job, progress)
    except Cancelled:
        _finish(job, "cancelled")
    except Left:
        _mine(job).update(**_WAITING)
    except OperationalError as error:
        # Another transaction was in the way, not the job: it is tried again, but not for ever.
        logger.warning(
            "job %s %s waits again: %s", job.pk, job.kind, type(error.__cause__).__name__
        )
        _mine(job).update(**_QUEUED)
    except DomainError as refusal:
        _finish(job, "failed", error_code=refusal.code, error_detail=refusal.detail[:1000])
    except Exception as error:
        logger.exception("job %s %s failed", job.pk, job.kind)
        _finish(job, "failed", error_code="internal", error_detail=type(error).__name__)
    else:
        # Steps say what they begin, so the last one is never said to be done.
        whole = Greatest(F("done"), Coalesce(F("total"), F("done")))
        _finish(job, "succeeded", result=result, done=whole)


def _finish(job: Job, state: str, **fields: Any) -> None:
    mine = _mine(job)
    mine.update(state=state, finished_at=Now(), lease_token=None, lease_until=None, **fields)


def _mine(job: Job) -> QuerySet[Job]:
    """The row, as long as nobody else has taken it."""
    return Job.unscoped.filter(pk=job.pk, lease_token=job.lease_token)


def open_jobs() -> int:
    """How many jobs wait or run (for health and tests)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_job WHERE state IN ('queued', 'running')")
        return int(cursor.fetchone()[0])
