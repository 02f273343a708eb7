"""Servers of their own for the tests of the set-up."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.standalone import places
from config.standalone.pair import Pair


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that the servers' account may pass through."""
    folder = places.passing_home()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def pair(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    """Both servers, durable, started under the locale that breaks Cyrillic elsewhere."""
    monkeypatch.setenv("LC_ALL", "C")
    started = Pair(home)
    started.start()
    yield started
    started.stop()
