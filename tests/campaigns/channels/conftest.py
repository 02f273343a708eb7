"""The sinks as real processes: one pair for the session, every test starts with a clean character."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.sinks.control import DEFAULTS
from demo.sinks.running import RunningSinks, start

QUIET = {"read_rate": 0.0, "click_rate": 0.0, "delivered_rate": 0.0}


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSinks]:
    with start(tmp_path_factory.mktemp("sinks")) as sinks:
        yield sinks


@pytest.fixture
def sinks(running: RunningSinks) -> RunningSinks:
    """Of a clean character, and done with all that the test before left to it."""
    running.configure(**{name: {"webhooks": {"url": ""}} for name in DEFAULTS})
    quiet_by = time.monotonic() + 25
    while is_busy(running) and time.monotonic() < quiet_by:
        time.sleep(0.05)
    clean = {name: person.as_dict() | {"reading": QUIET} for name, person in DEFAULTS.items()}
    running.configure(**clean)
    return running


def is_busy(sinks: RunningSinks) -> bool:
    counts = sinks.counts()
    return any(counts[f"{what}_waiting"] for what in ("letters", "sms", "facts"))


@pytest.fixture
def home(sinks: RunningSinks) -> Path:
    return sinks.home
