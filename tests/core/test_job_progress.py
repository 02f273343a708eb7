"""How far a job says it is when it is over."""

from typing import Any

import pytest

from core.errors import Conflict
from core.models import Job
from core.services import jobs
from core.services.jobs import Progress
from tests import build

pytestmark = pytest.mark.django_db
KIND = "test.work"


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
