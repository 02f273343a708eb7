"""The sinks as real processes: one pair for the session, every test starts with a clean character."""

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
    clean = {name: person.as_dict() | {"reading": QUIET} for name, person in DEFAULTS.items()}
    running.configure(**clean)
    return running


@pytest.fixture
def home(sinks: RunningSinks) -> Path:
    return sinks.home
