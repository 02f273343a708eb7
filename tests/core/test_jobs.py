"""Jobs: one worker at a time, progress, cancel, and giving up on what kills its workers."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models.functions import Now

from core.errors import Conflict
from core.models import Job
from core.services import job_progress, jobs
from core.services.jobs import Progress
from tests import build

pytestmark = pytest.mark.django_db
KIND = "test.work"


@pytest.fixture(autouse=True)
def runners(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Only the runners of this test."""
    table: dict[str, Any] = {}
    monkeypatch.setattr(jobs, "_runners", table)
    return table


@pytest.fixture
def job() -> Job:
    return build.job(within=build.workspace(), kind=KIND)


def abandon(job: Job) -> None:
    """As if a worker had taken the job and died two minutes ago."""
    Job.unscoped.filter(pk=job.pk).update(
        state="running", lease_token=uuid.uuid4(), lease_until=Now() - timedelta(minutes=1)
    )


def test_a_job_is_done_and_keeps_its_result(job: Job) -> None:
    jobs.register(KIND, lambda _job, _progress: {"rows": 3})

    done = jobs.run_due()

    job.refresh_from_db()
    assert (done, job.state, job.result, job.attempts) == (1, "succeeded", {"rows": 3}, 1)
    assert job.finished_at is not None


def test_a_job_of_a_kind_nobody_does_stays_in_the_queue(job: Job) -> None:
    done = jobs.run_due()

    job.refresh_from_db()
    assert (done, job.state) == (0, "queued")


def test_progress_is_written_while_the_job_runs(job: Job) -> None:
    seen: list[tuple[int, int | None, str, int | None]] = []

    def work(mine: Job, progress: Progress) -> dict[str, Any]:
        progress(25, 100, "Reading")
        row = Job.unscoped.get(pk=mine.pk)
        seen.append((row.done, row.total, row.phase, row.percent))
        return {}

    jobs.register(KIND, work)
    jobs.run_due()

    assert seen == [(25, 100, "Reading", 25)]


def test_a_queued_job_is_cancelled_at_once(job: Job) -> None:
    jobs.cancel(job=job)

    job.refresh_from_db()
    assert (job.state, job.is_over) == ("cancelled", True)


def test_a_running_job_is_cancelled_at_its_next_report(job: Job) -> None:
    steps: list[int] = []

    def work(mine: Job, progress: Progress) -> dict[str, Any]:
        progress(1)
        steps.append(1)
        jobs.cancel(job=mine)
        progress(2)
        steps.append(2)
        return {}

    jobs.register(KIND, work)
    jobs.run_due()

    job.refresh_from_db()
    assert (job.state, steps) == ("cancelled", [1])


def test_a_job_whose_worker_died_is_taken_again(job: Job) -> None:
    abandon(job)
    jobs.register(KIND, lambda _job, _progress: {"again": True})

    jobs.run_due()

    job.refresh_from_db()
    assert (job.state, job.result) == ("succeeded", {"again": True})


def test_a_job_with_a_living_lease_is_left_alone(job: Job) -> None:
    Job.unscoped.filter(pk=job.pk).update(
        state="running", lease_token=uuid.uuid4(), lease_until=Now() + timedelta(minutes=1)
    )
    jobs.register(KIND, lambda _job, _progress: {})

    assert jobs.run_due() == 0


def test_a_stale_worker_writes_nothing(job: Job) -> None:
    def work(mine: Job, _progress: Progress) -> dict[str, Any]:
        Job.unscoped.filter(pk=mine.pk).update(lease_token=uuid.uuid4())
        return {"stale": True}

    jobs.register(KIND, work)
    jobs.run_due()

    job.refresh_from_db()
    assert (job.state, job.result) == ("running", {})


def test_a_stale_worker_stops_at_its_next_report(job: Job) -> None:
    steps: list[int] = []

    def work(mine: Job, progress: Progress) -> dict[str, Any]:
        Job.unscoped.filter(pk=mine.pk).update(lease_token=uuid.uuid4())
        progress(1)
        steps.append(1)
        return {}

    jobs.register(KIND, work)
    jobs.run_due()

    assert steps == []


def test_a_job_that_kills_its_workers_is_given_up(job: Job) -> None:
    Job.unscoped.filter(pk=job.pk).update(attempts=jobs.MAX_ATTEMPTS)
    abandon(job)
    jobs.register(KIND, lambda _job, _progress: {})

    jobs.run_due()

    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "gave_up")


def test_a_job_that_lost_a_deadlock_is_done_again(job: Job) -> None:
    ends = iter([OperationalError("deadlock detected")])

    def work(_mine: Job, _progress: Progress) -> dict[str, Any]:
        for error in ends:
            raise error
        return {"again": True}

    jobs.register(KIND, work)
    jobs.run_due()
    jobs.run_due()

    job.refresh_from_db()
    assert (job.state, job.attempts, job.result) == ("succeeded", 2, {"again": True})


def test_a_job_that_the_database_never_lets_through_is_given_up(job: Job) -> None:
    def work(_mine: Job, _progress: Progress) -> dict[str, Any]:
        raise OperationalError("canceling statement due to lock timeout")

    jobs.register(KIND, work)
    for _ in range(jobs.MAX_ATTEMPTS + 1):
        jobs.run_due()

    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "gave_up")


def test_a_job_given_up_does_not_hold_up_the_next(job: Job) -> None:
    Job.unscoped.filter(pk=job.pk).update(attempts=jobs.MAX_ATTEMPTS)
    abandon(job)
    other = build.job(within=build.workspace(), kind=KIND)
    jobs.register(KIND, lambda _job, _progress: {})

    jobs.run_due()

    other.refresh_from_db()
    assert other.state == "succeeded"


def test_a_cancelled_job_whose_worker_died_is_not_begun_again(job: Job) -> None:
    abandon(job)
    jobs.cancel(job=job)
    jobs.register(KIND, lambda _job, _progress: {"begun": True})

    jobs.run_due()

    job.refresh_from_db()
    assert (job.state, job.result) == ("cancelled", {})


def test_a_refusal_ends_the_job_with_its_code_and_sentence(job: Job) -> None:
    def work(_job: Job, _progress: Progress) -> dict[str, Any]:
        raise Conflict("The file is gone.")

    jobs.register(KIND, work)
    jobs.run_due()

    job.refresh_from_db()
    assert (job.state, job.error_code, job.error_detail) == (
        "failed", "conflict", "The file is gone.",
    )  # fmt: skip


def test_an_unforeseen_error_shows_its_kind_and_no_more(job: Job) -> None:
    def work(_job: Job, _progress: Progress) -> dict[str, Any]:
        raise ValueError("ivan@example.org")

    jobs.register(KIND, work)
    jobs.run_due()

    job.refresh_from_db()
    assert (job.error_code, job.error_detail) == ("internal", "ValueError")


def test_the_same_business_fact_asks_for_one_job() -> None:
    home = build.workspace()

    first = build.job(within=home, kind=KIND, unique_key="nightly:2024-03-01")
    second = build.job(within=home, kind=KIND, unique_key="nightly:2024-03-01")

    assert first == second


def test_another_workspace_has_a_job_of_its_own() -> None:
    first = build.job(within=build.workspace(), kind=KIND, unique_key="nightly:2024-03-01")
    second = build.job(within=build.workspace(), kind=KIND, unique_key="nightly:2024-03-01")

    assert first != second


def test_a_job_whose_worker_is_asked_to_stop_waits_again_and_loses_no_attempt(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(_job: Job, progress: Progress) -> dict[str, Any]:
        monkeypatch.setattr(job_progress.Worker, "is_leaving", lambda: True)
        progress(1, 10)
        return {}

    jobs.register(KIND, work)

    jobs.run_due()
    taken_while_leaving = jobs.run_due()

    job.refresh_from_db()
    assert (job.state, job.attempts, job.lease_token, taken_while_leaving) == ("queued", 0, None, 0)


def test_jobs_of_workers_that_are_no_more_wait_again_at_once(job: Job) -> None:
    Job.unscoped.filter(pk=job.pk).update(
        state="running", attempts=jobs.MAX_ATTEMPTS, lease_token=uuid.uuid4(),
        lease_until=Now() + timedelta(minutes=2),
    )  # fmt: skip
    jobs.register(KIND, lambda _job, _progress: {})
    left_alone = jobs.run_due()

    taken_back = jobs.take_back()
    jobs.run_due()

    job.refresh_from_db()
    assert (left_alone, taken_back) == (0, 1)
    assert (job.state, job.attempts) == ("succeeded", jobs.MAX_ATTEMPTS)
