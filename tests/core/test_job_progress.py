"""How far a job says it is when it is over."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from core.errors import Conflict
from core.models import Job
from core.services import job_progress, jobs
from core.services.jobs import Progress
from tests import build

pytestmark = pytest.mark.django_db
KIND = "test.work"
PATIENCE = 10.0


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Job:
    monkeypatch.setattr(jobs, "_runners", {})
    return build.job(within=build.workspace(), kind=KIND)


def test_a_finished_job_is_whole(job: Job) -> None:
    def work(_mine: Job, progress: Progress) -> dict[str, Any]:
        progress(5, 6, "publish")
        return {}

    jobs.register(KIND, work)

    jobs.run_due()

    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("succeeded", 6, 6)


def test_a_job_that_failed_stays_where_it_stopped(job: Job) -> None:
    def work(_mine: Job, progress: Progress) -> dict[str, Any]:
        progress(5, 6, "publish")
        raise Conflict

    jobs.register(KIND, work)

    jobs.run_due()

    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("failed", 5, 6)


def wait(seconds: float) -> None:
    """A statement that says nothing for so long, in a transaction of the job's own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


def test_a_worker_that_is_asked_to_stop_waits_for_no_statement(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(_mine: Job, _progress: Progress) -> dict[str, Any]:
        monkeypatch.setattr(job_progress.Worker, "is_leaving", lambda: True)
        wait(PATIENCE * 2)
        return {}

    jobs.register(KIND, work)
    began = time.monotonic()

    jobs.run_due()

    job.refresh_from_db()
    assert time.monotonic() - began < PATIENCE
    assert (job.state, job.attempts, job.error_code) == ("queued", 0, "")


def test_a_statement_of_a_worker_that_stays_is_waited_for(job: Job) -> None:
    def work(_mine: Job, _progress: Progress) -> dict[str, Any]:
        wait(job_progress.BEAT_SECONDS * 1.5)
        return {}

    jobs.register(KIND, work)

    jobs.run_due()

    job.refresh_from_db()
    assert job.state == "succeeded"


def test_a_statement_that_fails_by_itself_is_no_leaving(job: Job) -> None:
    def work(_mine: Job, _progress: Progress) -> dict[str, Any]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        return {}

    jobs.register(KIND, work)

    jobs.run_due()

    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "internal")


def test_a_killed_worker_is_missed_within_a_minute_and_a_slow_one_is_not() -> None:
    renewal = timedelta(seconds=job_progress.BEAT_SECONDS * job_progress.BEATS_BETWEEN_RENEWALS)

    assert renewal * 5 < job_progress.LEASE <= timedelta(minutes=1)
