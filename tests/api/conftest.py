"""A workspace and a client of it."""

import pytest

from core.models import Workspace
from tests import build
from tests.api import toy
from tests.api.client import Api


@pytest.fixture
def shop(db: None) -> Workspace:
    return build.workspace()


@pytest.fixture
def api(shop: Workspace) -> Api:
    return Api.of(shop)


@pytest.fixture
def ran() -> list[str]:
    """What the toy endpoints did, in order."""
    toy.ran.clear()
    return toy.ran
