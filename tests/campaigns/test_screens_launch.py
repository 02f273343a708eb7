"""Launching from the screen: exactly the number that the button named, or nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Campaign, Run
from campaigns.services import starting
from core import clock
from core.models import Workspace
from tests import build
from tests import build_campaigns as campaigns
from tests.campaigns.screens import client_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Workspace:
    return build.workspace(locale="en", currency="RUB")


@pytest.fixture
def marketer(shop: Workspace) -> Client:
    return client_of(shop, "marketer")


@pytest.fixture
def cascade(shop: Workspace) -> Campaign:
    """Eight people get it."""
    campaigns.people(shop, 8)
    return campaigns.cascade(shop, name="Autumn")


def launch(client: Client, shop: Workspace, of: Campaign, people: int, typed: str = "") -> Any:
    path = f"/{shop.slug}/campaigns/{of.pk}/launch/"
    return client.post(
        path, {"people": str(people), "typed": typed}, headers={"Accept-Language": "en"}
    )


def test_the_button_launches_the_number_it_named(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    answer = launch(marketer, shop, cascade, 8)

    run = Run.unscoped.get(campaign=cascade)
    assert answer["Location"] == f"/{shop.slug}/campaigns/runs/{run.pk}/"
    assert run.speed == 1


def test_a_number_that_has_changed_is_said_first_and_launches_nothing(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    campaigns.person(shop)

    answer = launch(marketer, shop, cascade, 8)

    assert answer.status_code == 409
    assert b"Now it is 9: the button says the new number." in answer.content
    assert b"Launch to 9 people" in answer.content
    assert Run.unscoped.count() == 0


def test_in_the_demo_an_hour_passes_in_a_second(cascade: Campaign, shop: Workspace) -> None:
    Workspace.objects.filter(pk=shop.pk).update(is_demo=True)

    launch(client_of(shop), shop, cascade, 8)

    assert Run.unscoped.get().speed == starting.DEMO_SPEED


def test_the_demo_tells_when_its_run_begins_by_its_own_clock(
    cascade: Campaign, shop: Workspace, marketer: Client
) -> None:
    Workspace.objects.filter(pk=shop.pk).update(is_demo=True)

    context = marketer.get(f"/{shop.slug}/campaigns/{cascade.pk}/").context

    waits = timedelta(hours=6)
    assert context["ends"] - context["begins"] == waits
    assert clock.now() - context["begins"] >= waits + 2 * starting.DEMO_STEP


@pytest.mark.parametrize(("typed", "status"), [("", 422), ("7", 422), ("8", 302), (" 8 ", 302)])
def test_many_people_are_typed_by_hand(
    shop: Workspace, marketer: Client, cascade: Campaign, typed: str, status: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(starting, "TYPE_ABOVE", 7)

    assert launch(marketer, shop, cascade, 8, typed).status_code == status


def test_an_error_locks_the_button_and_keeps_its_words(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    channel = cascade.steps.get(position=2).channel
    type(channel).objects.within(shop).filter(pk=channel.pk).update(is_active=False)

    answer = marketer.get(
        f"/{shop.slug}/campaigns/{cascade.pk}/", headers={"Accept-Language": "en"}
    )
    launched = launch(marketer, shop, cascade, 8)

    assert b"button-locked" in answer.content
    assert b"Launch to 8 people" in answer.content
    assert launched.status_code == 422
    assert Run.unscoped.count() == 0


def test_an_agency_may_compose_but_not_launch(shop: Workspace, cascade: Campaign) -> None:
    agency = client_of(shop, "agency")

    text = text_of(agency, shop, f"campaigns/{cascade.pk}/")

    assert "Launch to" not in text
    assert launch(agency, shop, cascade, 8).status_code == 403
