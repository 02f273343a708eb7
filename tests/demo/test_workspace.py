"""The demo's workspace is opened once: its logins, its key and its job are found again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from core.models import Job, User
from demo import workspace

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def made() -> dict[str, Any]:
    return workspace.prepare(known={}, at=AT)


def test_the_logins_work(made: dict[str, Any]) -> None:
    login = made["logins"][0]

    entered = Client().login(email=login["email"], password=login["password"])

    assert entered


def test_preparing_again_keeps_the_words(made: dict[str, Any]) -> None:
    again = workspace.prepare(known=made, at=AT)

    assert again == made
    assert Job.unscoped.filter(kind="demo").count() == 1


def test_a_lost_file_gives_new_passwords(made: dict[str, Any]) -> None:
    again = workspace.prepare(known={}, at=AT)

    login = again["logins"][0]
    assert login["password"] != made["logins"][0]["password"]
    assert User.objects.get(email=login["email"]).check_password(login["password"])
