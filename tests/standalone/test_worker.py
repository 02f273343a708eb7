"""The poll thread of a worker process."""

import threading
from collections.abc import Iterator

import pytest

from config.worker import Poller
from core import polling

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
