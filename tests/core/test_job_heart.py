"""A running job's heart: reports from inside a transaction are seen, and leases outlive silence."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models.functions import Now

from core.models import Job
from core.services import job_progress, jobs
from core.services.jobs import Progress
from tests import build

pytestmark = pytest.mark.django_db(transaction=True)
KIND = "test.heart"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A heart that beats fast, and only this test's runners."""
    monkeypatch.setattr(job_progress, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(job_progress, "BEATS_BETWEEN_RENEWALS", 2)
    monkeypatch.setattr(jobs, "_runners", {})


@pytest.fixture
def job() -> Job:
    return build.job(within=build.workspace(), kind=KIND)


def seen_elsewhere(job: Job, wanted: int) -> bool:
    """Whether another connection sees the progress within five seconds."""
    found = threading.Event()

    def watch() -> None:
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and not found.is_set():
            if Job.unscoped.filter(pk=job.pk, done=wanted).exists():
                found.set()
        transaction.get_connection().close()

    watcher = threading.Thread(target=watch)
    watcher.start()
    watcher.join()
    return found.is_set()


def test_a_report_inside_a_transaction_is_seen_before_its_end(job: Job) -> None:
    seen: list[bool] = []

    def work(mine: Job, progress: Progress) -> dict[str, Any]:
        with transaction.atomic():
            progress(7, 10)
            seen.append(seen_elsewhere(mine, 7))
        return {}

    jobs.register(KIND, work)
    jobs.run_due()

    assert seen == [True]


def test_a_silent_job_keeps_its_lease(job: Job) -> None:
    def work(mine: Job, _progress: Progress) -> dict[str, Any]:
        soon = Now() + timedelta(milliseconds=50)
        Job.unscoped.filter(pk=mine.pk).update(lease_until=soon)
        time.sleep(0.5)
        return {"leased": Job.unscoped.filter(pk=mine.pk, lease_until__gt=Now()).count()}

    jobs.register(KIND, work)
    jobs.run_due()

    job.refresh_from_db()
    assert job.result == {"leased": 1}


def test_a_job_without_a_heart_would_lose_its_lease(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_progress, "BEATS_BETWEEN_RENEWALS", 10**6)

    def work(mine: Job, _progress: Progress) -> dict[str, Any]:
        soon = Now() + timedelta(milliseconds=50)
        Job.unscoped.filter(pk=mine.pk).update(lease_until=soon)
        time.sleep(0.5)
        return {"leased": Job.unscoped.filter(pk=mine.pk, lease_until__gt=Now()).count()}

    jobs.register(KIND, work)
    jobs.run_due()

    job.refresh_from_db()
    assert job.result == {"leased": 0}


def test_a_cancel_stops_a_job_inside_its_transaction(job: Job) -> None:
    steps: list[int] = []

    def work(mine: Job, progress: Progress) -> dict[str, Any]:
        jobs.cancel(job=mine)
        with transaction.atomic():
            progress(1)
            time.sleep(0.5)
            progress(2)
            steps.append(2)
        return {}

    jobs.register(KIND, work)
    jobs.run_due()

    job.refresh_from_db()
    assert (job.state, steps) == ("cancelled", [])
