"""The poll thread of a worker process."""

import os
import threading
import time
from collections.abc import Iterator

import pytest

from config import worker
from config.worker import Poller
from core import polling
from core.services.job_progress import Worker

SECONDS = 0.02
PATIENCE = 10.0


@pytest.fixture
def only_ours() -> Iterator[None]:
    """A registry without the product's own pollers, which want a database."""
    saved = dict(polling._pollers)
    polling._pollers.clear()
    yield
    polling._pollers.clear()
    polling._pollers.update(saved)


@pytest.mark.usefixtures("only_ours")
@pytest.mark.django_db(transaction=True)
def test_a_poller_is_called_again_and_again_without_any_wake_up() -> None:
    thrice, calls = threading.Event(), []

    def look() -> int:
        calls.append(1)
        if len(calls) >= 3:
            thrice.set()
        return 0

    polling.register("ours", look)
    poller = Poller("fast", SECONDS)
    poller.start()

    assert thrice.wait(PATIENCE)
    poller.stop()


@pytest.mark.usefixtures("only_ours")
@pytest.mark.django_db(transaction=True)
def test_one_that_fails_stops_neither_the_thread_nor_the_others() -> None:
    called = threading.Event()

    def fail() -> int:
        raise RuntimeError

    def look() -> int:
        called.set()
        return 0

    polling.register("failing", fail)
    polling.register("ours", look)
    poller = Poller("fast", SECONDS)
    poller.start()

    assert called.wait(PATIENCE)
    poller.stop()


@pytest.mark.usefixtures("only_ours")
@pytest.mark.django_db(transaction=True)
def test_after_stop_nothing_is_called_any_more() -> None:
    calls: list[int] = []

    def look() -> int:
        calls.append(1)
        return 0

    polling.register("ours", look)
    poller = Poller("fast", SECONDS)
    poller.start()
    poller.stop()
    before = len(calls)

    threading.Event().wait(SECONDS * 5)

    assert len(calls) == before


def forked_and_waiting() -> int:
    """A child such as Celery's: it ends well as soon as it reads that it is to leave."""
    child = os.fork()
    if not child:
        deadline = time.monotonic() + PATIENCE
        while not Worker.is_leaving() and time.monotonic() < deadline:
            time.sleep(0.01)
        os._exit(0 if Worker.is_leaving() else 1)
    return child


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_request_to_stop_is_read_by_children_that_were_there_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Worker, "is_leaving", Worker.is_leaving)
    worker._leave_jobs_when_asked()
    child = forked_and_waiting()

    worker._tell_children()
    _pid, status = os.waitpid(child, 0)
    worker._is_leaving.value = False

    assert os.waitstatus_to_exitcode(status) == 0
