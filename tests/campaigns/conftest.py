"""The recording channel for every test of campaigns."""

from collections.abc import Iterator
from typing import Any

import pytest

from campaigns.services import adapters
from tests.campaigns import recorder


@pytest.fixture(autouse=True)
def recording(settings: Any) -> Iterator[None]:
    """`recorder` is a channel adapter that sends nothing and remembers everything."""
    settings.CHANNEL_ADAPTERS = settings.CHANNEL_ADAPTERS | {
        "recorder": "tests.campaigns.recorder.RecordingAdapter"
    }
    recorder.reset()
    yield
    adapters.close_all()
