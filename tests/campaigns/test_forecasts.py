"""What a launch would bring, by the same rules as the gate and the calculator."""

import pytest

from campaigns.selectors import forecasts
from core.models import Workspace
from tests import build
from tests import build_campaigns as campaigns

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Workspace:
    return build.workspace()


def test_the_forecast_counts_each_person_once_in_the_gates_order(shop: Workspace) -> None:
    campaigns.people(shop, 20)
    campaigns.people(shop, 3, consents=[])
    campaigns.people(shop, 2, reachable=[])
    campaigns.people(shop, 5, reachable=["sms"])
    made = campaigns.cascade(shop)
    steps = list(made.steps.select_related("channel", "template").order_by("position"))

    planned = forecasts.forecast(campaign=made, steps=steps, at=build.NOON, segments=[1, 1])

    email, sms = planned.steps
    assert planned.total == 30
    assert (planned.losses["no_consent"], planned.losses["no_address"]) == (3, 2)
    assert planned.receive == 25
    assert (email.recipients, email.reads, email.unreachable) == (20, 4, 5)
    assert (sms.recipients, sms.reads) == (21, 19)


def test_who_agreed_anew_after_unsubscribing_is_in_the_forecast(shop: Workspace) -> None:
    anew, gone = campaigns.people(shop, 2, reachable=["email"])
    for somebody in (anew, gone):
        campaigns.unsubscribed(somebody)
    campaigns.consent(anew)
    made = campaigns.cascade(shop)
    steps = list(made.steps.select_related("channel", "template").order_by("position"))

    planned = forecasts.forecast(campaign=made, steps=steps, at=build.NOON, segments=[1, 1])

    assert (planned.receive, planned.steps[0].recipients) == (1, 1)


def test_the_forecast_of_the_reference_cascade_is_the_calculators(shop: Workspace) -> None:
    campaigns.crowd(shop, 500)
    made = campaigns.cascade(shop)
    steps = list(made.steps.select_related("channel", "template").order_by("position"))

    summary = forecasts.forecast(campaign=made, steps=steps, at=build.NOON, segments=[1, 1]).summary

    # A hundredth of 50,000: 1,500 + 224,000 = 225,500 against 280,000; 46,000 reads.
    assert summary.cost_micros == 2_255 * 10**6
    assert summary.all_dear_micros == 2_800 * 10**6
    assert summary.saved_net_micros == 545 * 10**6
    assert summary.saved_gross_micros == 560 * 10**6
    assert summary.reads == 460
