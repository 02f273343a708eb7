"""What the killers rely on: a forked sender shares nothing with the test that forked it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.chaos import workers

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        found: int = cursor.fetchone()[0]
        return found


async def backend_of_a_worker() -> int:
    """Forked while an event loop runs, as it does from the first browser test on."""
    told = workers.FORK.SimpleQueue()

    def turn() -> int:
        told.put(backend())
        return 0

    worker = workers.start(turn)
    found: int = await asyncio.to_thread(told.get)
    worker.kill()
    worker.join()
    return found


def in_a_loop_of_its_own() -> tuple[int, int]:
    """Our backend before there is a loop, and the backend of a worker forked while there is."""
    try:
        return backend(), asyncio.run(backend_of_a_worker())
    finally:
        connection.close()


def test_a_worker_has_a_connection_of_its_own_even_when_a_loop_runs() -> None:
    # A browser test before this one may have left its loop in our thread.
    with ThreadPoolExecutor(1) as thread:
        ours, theirs = thread.submit(in_a_loop_of_its_own).result()

    assert theirs != ours
