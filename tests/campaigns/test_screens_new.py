"""A campaign begun from elsewhere: "Write to them" opens a draft for the people that were shown."""

import pytest
from django.test import Client

from campaigns.models import Campaign
from core.models import Workspace
from tests import build
from tests import build_campaigns as campaigns
from tests.campaigns.screens import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Workspace:
    made = build.workspace(locale="en")
    campaigns.channel(made, "email")
    campaigns.channel(made, "sms")
    return made


@pytest.fixture
def marketer(shop: Workspace) -> Client:
    return client_of(shop, "marketer")


def test_a_draft_is_for_the_people_that_were_shown(shop: Workspace, marketer: Client) -> None:
    wanted = {"kind": "rfm_segment", "choice": "at_risk"}

    marketer.post(f"/{shop.slug}/campaigns/new/", wanted)

    made = Campaign.objects.within(shop).get()
    assert made.audience == {"kind": "rfm_segment", "segment": "at_risk"}
    assert made.name.startswith("At risk, ")


def test_its_texts_say_nothing_of_points_that_these_people_may_not_have(
    shop: Workspace, marketer: Client
) -> None:
    marketer.post(f"/{shop.slug}/campaigns/new/", {"kind": "lifecycle_state", "choice": "sleeping"})

    made = Campaign.objects.within(shop).get()
    page = marketer.get(f"/{shop.slug}/campaigns/{made.pk}/")
    assert [step.template.name for step in made.steps.all()] == [
        "Invitation, letter", "Invitation, SMS",
    ]  # fmt: skip
    assert "unknown_variable" not in [one.code for one in page.context["checks"].errors]
    assert not [card for card in page.context["cards"] if card["preview"].error]


def test_without_a_wish_it_is_about_points_that_expire(shop: Workspace, marketer: Client) -> None:
    marketer.post(f"/{shop.slug}/campaigns/new/", {"kind": "points_expire_soon"})

    made = Campaign.objects.within(shop).get()
    assert made.audience == {"kind": "points_expire_soon", "days": 30, "min_points": 1}
    assert made.name.startswith("Points expire soon, ")


@pytest.mark.parametrize(
    "wanted",
    [{"kind": "nobody"}, {"kind": "rfm_segment"}, {"kind": "rfm_segment", "choice": "x"}],
)
def test_an_audience_that_is_none_makes_no_draft(
    shop: Workspace, marketer: Client, wanted: dict[str, str]
) -> None:
    answer = marketer.post(f"/{shop.slug}/campaigns/new/", wanted)

    assert answer.status_code == 422
    assert not Campaign.objects.within(shop).exists()


def test_an_analyst_may_not_begin_one(shop: Workspace) -> None:
    answer = client_of(shop, "analyst").post(
        f"/{shop.slug}/campaigns/new/", {"kind": "rfm_segment", "choice": "at_risk"}
    )

    assert answer.status_code == 403
    assert not Campaign.objects.within(shop).exists()
