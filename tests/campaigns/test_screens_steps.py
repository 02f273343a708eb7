"""Steps change places, and a step is tried on ourselves: only where a test may go."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Campaign, Channel
from core.models import AuditEntry, User, Workspace
from tests import build
from tests import build_campaigns as campaigns
from tests.campaigns import recorder
from tests.campaigns.screens import ENGLISH, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Workspace:
    return build.workspace(locale="en", currency="RUB", phone_region="RU")


@pytest.fixture
def marketer(shop: Workspace) -> Client:
    return client_of(shop, "marketer")


@pytest.fixture
def cascade(shop: Workspace) -> Campaign:
    campaigns.people(shop, 5)
    return campaigns.cascade(shop, name="Autumn")


def _move(client: Client, cascade: Campaign, position: int, verb: str, **asked: str) -> Any:
    cascade.refresh_from_db()
    step = cascade.steps.get(position=position)
    seen = {"seen_at": cascade.updated_at.isoformat()}
    path = f"/{cascade.workspace.slug}/campaigns/{cascade.pk}/steps/{step.pk}/"
    return client.post(
        path, {"verb": verb} | seen | asked, headers={"HX-Request": "true", **ENGLISH}
    )


def _kinds(cascade: Campaign) -> list[str]:
    return [step.channel.kind for step in cascade.steps.order_by("position")]


@pytest.mark.parametrize(("position", "verb"), [(2, "up"), (1, "down")])
def test_neighbours_change_places_and_the_wait_stays_where_it_was(
    marketer: Client, cascade: Campaign, position: int, verb: str
) -> None:
    _move(marketer, cascade, position, verb)

    assert _kinds(cascade) == ["sms", "email"]
    waits = [step.wait for step in cascade.steps.order_by("position")]
    assert waits == [timedelta(0), timedelta(hours=6)]
    assert AuditEntry.unscoped.filter(action="step_moved").count() == 1


@pytest.mark.parametrize(("position", "verb"), [(1, "up"), (2, "down")])
def test_there_is_nowhere_to_go_beyond_the_ends(
    marketer: Client, cascade: Campaign, position: int, verb: str
) -> None:
    answer = _move(marketer, cascade, position, verb)

    assert answer.status_code == 200
    assert _kinds(cascade) == ["email", "sms"]


def test_a_move_over_a_newer_change_is_refused(marketer: Client, cascade: Campaign) -> None:
    old = cascade.updated_at.isoformat()
    _move(marketer, cascade, 2, "up")

    answer = _move(marketer, cascade, 2, "up", seen_at=old)

    assert b"Reload" in answer.content
    assert _kinds(cascade) == ["sms", "email"]


def test_an_analyst_moves_nothing(shop: Workspace, cascade: Campaign) -> None:
    answer = _move(client_of(shop, "analyst"), cascade, 2, "up")

    assert answer.status_code == 403
    assert _kinds(cascade) == ["email", "sms"]


def _test(client: Client, cascade: Campaign, position: int, address: str) -> Any:
    step = cascade.steps.get(position=position)
    path = f"/{cascade.workspace.slug}/campaigns/{cascade.pk}/test/"
    return client.post(path, {"target": f"{step.pk}|{address}"}, headers=ENGLISH)


def test_a_step_is_tried_on_a_member_of_the_team(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    mine = User.objects.get(memberships__workspace=shop).email

    answer = _test(marketer, cascade, 1, mine)

    (sent,) = recorder.sent
    assert answer.status_code == 302
    assert (sent.address, sent.subject) == (mine, "Hello")
    assert "Hello" in sent.html


def test_a_step_is_never_tried_on_a_customer(marketer: Client, cascade: Campaign) -> None:
    answer = _test(marketer, cascade, 2, "+79031234567")

    assert answer.status_code == 422
    assert recorder.sent == []


@pytest.mark.parametrize("target", ["", "x|a@b.example", "1" * 30 + "|a@b.example"])
def test_a_test_of_no_step_is_refused(
    shop: Workspace, marketer: Client, cascade: Campaign, target: str
) -> None:
    answer = marketer.post(f"/{shop.slug}/campaigns/{cascade.pk}/test/", {"target": target})

    assert answer.status_code == 422
    assert recorder.sent == []


def _save(client: Client, channel: Channel, lines: str) -> Any:
    form = {"price": "5.6", "read_rate": "90", "is_active": "on", "test_addresses": lines}
    return client.post(f"/{channel.workspace.slug}/channels/{channel.pk}/", form, headers=ENGLISH)


def test_the_owner_lists_where_tests_may_go(shop: Workspace, cascade: Campaign) -> None:
    channel = cascade.steps.get(position=2).channel

    _save(client_of(shop), channel, "8 (903) 123-45-67\n\n+79031234567")
    answer = _test(client_of(shop, "marketer"), cascade, 2, "+79031234567")

    channel.refresh_from_db()
    assert channel.config["test_addresses"] == ["+79031234567"]
    assert channel.config["sender"] == "Shop <shop@example.org>"
    assert answer.status_code == 302
    assert [one.address for one in recorder.sent] == ["+79031234567"]


@pytest.mark.parametrize(
    "lines",
    [
        "not a phone",
        "a@b.example",
        "\n".join("+7903123456" + str(n) for n in range(10)) + "\n+79031234577",
    ],
)
def test_what_is_no_address_of_the_channel_is_refused(
    shop: Workspace, cascade: Campaign, lines: str
) -> None:
    channel = cascade.steps.get(position=2).channel

    answer = _save(client_of(shop), channel, lines)

    channel.refresh_from_db()
    assert answer.status_code == 422
    assert "test_addresses" not in channel.config
