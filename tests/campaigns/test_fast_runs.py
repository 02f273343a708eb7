"""Runs whose clock hurries: no date ahead of us after their end, and one cap over all of them."""

from datetime import timedelta

import pytest

from campaigns.models import Campaign, Delivery, Receipt, Run
from campaigns.rules import facts
from campaigns.selectors import forecasts, runs
from campaigns.services import receiving, sending, upkeep
from core import clock
from core.models import Workspace
from tests import build
from tests import build_campaigns as campaigns

pytestmark = pytest.mark.django_db
SPEED = 3600
DAY = timedelta(days=1)


@pytest.fixture
def shop() -> Workspace:
    return build.workspace(locale="en")


def letter(shop: Workspace, **terms: object) -> Campaign:
    made = campaigns.campaign(shop, **terms)
    campaigns.step(made)
    return made


def sent(made: Campaign, *, back: timedelta, speed: int = SPEED) -> Run:
    """A run of one letter, sent and over."""
    now = clock.now()
    run = campaigns.launched(made, at=now, business_start=now - back, speed=speed)
    sending.send_due()
    upkeep.finish()
    run.refresh_from_db()
    return run


def read(run: Run, later: timedelta) -> Receipt:
    """The letter is read so much later in real time."""
    one = campaigns.delivery(run)
    at = clock.now() + later
    receiving.receive(
        facts=[facts.opened(one.pk, one.customer_id, at=at, is_automatic=False)], source="pixel"
    )
    return Receipt.unscoped.get(delivery=one)


@pytest.mark.parametrize("back", [60 * DAY, timedelta(0)])
def test_a_letter_read_a_week_after_the_run_was_not_read_in_the_future(
    shop: Workspace, back: timedelta
) -> None:
    campaigns.person(shop)
    run = sent(letter(shop), back=back)

    told = read(run, 7 * DAY)

    assert run.state == "finished"
    assert told.at <= clock.now() + 7 * DAY
    assert told.at == runs.business_time(run, told.at)
    assert campaigns.delivery(run).read_at == told.at


def test_a_letter_read_soon_after_the_run_is_read_by_its_clock(shop: Workspace) -> None:
    campaigns.person(shop)
    run = sent(letter(shop), back=60 * DAY)

    told = read(run, timedelta(seconds=60))

    assert timedelta(hours=60) <= told.at - run.business_start < 20 * DAY


def test_a_run_in_our_own_time_is_not_touched(shop: Workspace) -> None:
    campaigns.person(shop)
    run = sent(letter(shop), back=timedelta(0), speed=1)

    told = read(run, 7 * DAY)

    assert told.at - run.business_start >= 7 * DAY


def ahead(run: Run, by: timedelta) -> None:
    """As the clock of a cascade with waits would have it: its letters are dated ahead of us."""
    Delivery.unscoped.filter(run=run).update(intent_business_at=clock.now() + by)


def test_the_cap_sees_letters_that_another_clock_has_dated_ahead(shop: Workspace) -> None:
    campaigns.person(shop)
    ahead(sent(letter(shop, cap_messages=1, cap_days=7), back=timedelta(0)), 2 * DAY)
    made = letter(shop, cap_messages=1, cap_days=7)

    planned = forecasts.forecast(
        campaign=made, steps=list(made.steps.all()), at=clock.now(), segments=[1]
    )
    run = sent(made, back=timedelta(0))

    assert [(one.state, one.reason) for one in campaigns.deliveries(run)] == [("suppressed", "cap")]
    assert planned.receive == 0


def test_beyond_the_days_of_the_cap_they_count_no_more(shop: Workspace) -> None:
    campaigns.person(shop)
    ahead(sent(letter(shop, cap_messages=1, cap_days=7), back=timedelta(0)), 8 * DAY)

    run = sent(letter(shop, cap_messages=1, cap_days=7), back=timedelta(0))

    assert campaigns.states(run) == ["accepted"]


def test_a_run_of_long_ago_and_one_of_today_do_not_count_for_each_other(shop: Workspace) -> None:
    campaigns.person(shop)
    sent(letter(shop, cap_messages=1, cap_days=7), back=timedelta(0))

    run = sent(letter(shop, cap_messages=1, cap_days=7), back=60 * DAY)

    assert campaigns.states(run) == ["accepted"]
