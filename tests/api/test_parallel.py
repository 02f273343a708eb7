"""The same request sent many times at once has one effect; without its key it has many."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from core.models import Job, Workspace
from tests import build
from tests.api.client import Api

pytestmark = [pytest.mark.urls("tests.api.toy"), pytest.mark.django_db(transaction=True)]
TIMES = 40


def storm(token: str, key: str | None) -> list[int]:
    """The statuses of one request sent from ten threads at once."""
    headers = {"Idempotency_Key": key} if key else {}

    def send(_number: int) -> int:
        try:
            return Api(token).post("/api/v1/other-notes", {"text": "one"}, **headers).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        return list(pool.map(send, range(TIMES)))


@pytest.fixture
def busy_shop(db: None) -> Workspace:
    return build.workspace()


def test_a_parallel_storm_with_one_key_has_one_effect(busy_shop: Workspace) -> None:
    token = build.api_key(within=busy_shop)[1]

    statuses = storm(token, "k")

    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert Job.objects.within(busy_shop).count() == 1


def test_a_parallel_storm_without_a_key_has_as_many_effects(busy_shop: Workspace) -> None:
    token = build.api_key(within=busy_shop)[1]

    statuses = storm(token, None)

    assert statuses == [201] * TIMES
    assert Job.objects.within(busy_shop).count() == TIMES
