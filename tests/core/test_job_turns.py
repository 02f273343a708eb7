"""Whose job is next: one workspace with hundreds of jobs keeps nobody else waiting."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from core.models import Job, Workspace
from core.services import job_turns, jobs
from tests import build

pytestmark = pytest.mark.django_db
KIND = "test.work"


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of the jobs done, in their order; the only runner there is."""
    order: list[int] = []
    monkeypatch.setattr(jobs, "_runners", {})

    def work(job: Job, _progress: jobs.Progress) -> dict[str, Any]:
        order.append(job.pk)
        return {}

    jobs.register(KIND, work)
    return order


def asked(home: Workspace, count: int) -> list[int]:
    return [build.job(within=home, kind=KIND).pk for _ in range(count)]


def taken(pk: int, *, minutes_left: int) -> None:
    """As if another worker held the job, or had died holding it."""
    until = Now() + timedelta(minutes=minutes_left)
    Job.unscoped.filter(pk=pk).update(state="running", lease_token=uuid.uuid4(), lease_until=until)


def test_workspaces_take_turns_and_each_takes_its_oldest_first(done: list[int]) -> None:
    many = asked(build.workspace(), 4)
    few, one = asked(build.workspace(), 2), asked(build.workspace(), 1)

    while jobs.run_due():
        pass

    assert done == [many[0], few[0], one[0], many[1], few[1], many[2], many[3]]


def test_who_was_never_served_goes_before_who_was(done: list[int]) -> None:
    many = asked(build.workspace(), 3)
    jobs.run_due()
    late = asked(build.workspace(), 1)

    jobs.run_due()

    assert done == [many[0], late[0]]


def test_who_has_fewer_jobs_running_goes_first(done: list[int]) -> None:
    busy, idle = asked(build.workspace(), 2), asked(build.workspace(), 2)
    jobs.run_due()
    jobs.run_due()
    more = asked(Job.unscoped.get(pk=busy[0]).workspace, 1)
    taken(busy[1], minutes_left=1)

    jobs.run_due()

    assert done == [busy[0], idle[0], idle[1]]
    assert Job.unscoped.get(pk=more[0]).state == "queued"


def test_a_dead_workers_job_counts_for_nothing_and_is_taken_first(done: list[int]) -> None:
    home = asked(build.workspace(), 2)
    asked(build.workspace(), 1)
    taken(home[0], minutes_left=-1)

    jobs.run_due()

    assert done == [home[0]]


@pytest.mark.usefixtures("done")
def test_the_way_to_the_next_job_goes_by_indexes_alone() -> None:
    for home in [build.workspace() for _ in range(3)]:
        Job.unscoped.bulk_create(
            Job(workspace=home, kind=KIND, state="succeeded", started_at=build.NOON)
            for _ in range(2_000)
        )
        asked(home, 50)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE core_job")
        cursor.execute(f"EXPLAIN {job_turns.NEXT}", {"kinds": [KIND]})
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "core_job_open_of_workspace" in plan
    assert "core_job_served" in plan
    assert "Seq Scan on core_job" not in plan


@pytest.mark.django_db(transaction=True)
def test_a_job_that_another_worker_is_taking_is_passed_over(done: list[int]) -> None:
    first, second = asked(build.workspace(), 2)

    def beside() -> int:
        try:
            return jobs.run_due()
        finally:
            connection.close()

    with transaction.atomic():
        taking = job_turns.next_open(kinds=[KIND])
        with ThreadPoolExecutor(1) as other:
            other.submit(beside).result(timeout=10)

    assert taking is not None
    assert (taking.pk, done) == (first, [second])
