"""Short leases, the real adapters, and the provider simulator for tests that break things."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from campaigns.services import adapters
from demo.sinks import running
from demo.sinks.running import RunningSinks


@pytest.fixture(autouse=True)
def recording(settings: Any) -> None:
    """The channel of those who race at the gate and send nothing."""
    settings.CHANNEL_ADAPTERS = settings.CHANNEL_ADAPTERS | {
        "recorder": "tests.campaigns.recorder.RecordingAdapter"
    }


@pytest.fixture
def short_leases(settings: Any) -> Iterator[None]:
    """What a dead worker held is taken up within seconds."""
    settings.SEND_CLAIM_SECONDS = 1.0
    settings.SEND_LEASE_SECONDS = 2.0
    yield
    adapters.close_all()


@pytest.fixture
def sinks(tmp_path: Path) -> Iterator[RunningSinks]:
    """The provider simulator: what it logged as accepted is the truth."""
    with running.start(tmp_path) as started:
        started.configure(
            email={"reading": {"read_rate": 0.0}},
            sms={"reading": {"delivered_rate": 0.0}, "latency": [0.0, 0.03]},
        )
        yield started
