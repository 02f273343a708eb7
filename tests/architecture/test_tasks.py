"""Every Celery task is listed as idempotent, and is run twice to show it."""

from typing import Any

import pytest
from celery import current_app
from django.db import connection

from config.celery import app
from core.models import Event, Job
from core.polling import LANES
from tests import build

OURS = ("core.", "crm.", "loyalty.", "campaigns.", "analytics.")
# A task wakes a poller and carries nothing; what it is given here it may be given twice.
IDEMPOTENT: dict[str, list[Any]] = {
    "core.tasks.tick": [],
    "core.tasks.look": ["fast"],
    "analytics.tasks.start_due_nightly": [],
    "crm.tasks.pack_orders": [],
    "crm.tasks.let_files_go": [],
}


def names() -> set[str]:
    app.loader.import_default_modules()
    return {name for name in current_app.tasks if name.startswith(OURS)}


def rows() -> dict[str, int]:
    """How many rows every table of ours has."""
    tables = [t for t in connection.introspection.table_names() if t.split("_")[0] + "." in OURS]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{t}', count(*) FROM {t}" for t in sorted(tables))
        )
        return dict(cursor.fetchall())


def test_every_task_is_listed_as_idempotent() -> None:
    assert names() == set(IDEMPOTENT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", sorted(IDEMPOTENT))
def test_a_task_that_runs_twice_does_its_work_once(name: str) -> None:
    home = build.workspace()
    build.event(within=home)
    build.job(within=home)
    task = current_app.tasks[name]
    task(*IDEMPOTENT[name])
    once = rows()

    task(*IDEMPOTENT[name])

    assert rows() == once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lane", LANES)
def test_a_look_without_work_writes_nothing(lane: str) -> None:
    before = rows()

    current_app.tasks["core.tasks.look"](lane)

    assert rows() == before
    assert not Event.unscoped.exists()
    assert not Job.unscoped.exists()
