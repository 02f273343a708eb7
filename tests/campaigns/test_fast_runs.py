"""Runs whose clock hurries: no date ahead of us, no time lost in a pause, one cap over all of them."""

import time
from datetime import datetime, timedelta

import pytest

from campaigns.models import Campaign, Receipt, Run
from campaigns.rules import facts
from campaigns.selectors import forecasts, runs
from campaigns.services import receiving, sending, starting, steering, upkeep
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


def test_the_cap_sees_letters_of_a_run_whose_clock_is_ahead(shop: Workspace) -> None:
    campaigns.person(shop)
    sent(letter(shop, cap_messages=1, cap_days=7), back=timedelta(0))
    made, begins = letter(shop, cap_messages=1, cap_days=7), 2 * DAY

    planned = forecasts.forecast(
        campaign=made, steps=list(made.steps.all()), at=clock.now() - begins, segments=[1]
    )
    run = sent(made, back=begins)

    assert [(one.state, one.reason) for one in campaigns.deliveries(run)] == [("suppressed", "cap")]
    assert planned.receive == 0


def test_beyond_the_days_of_the_cap_they_count_no_more(shop: Workspace) -> None:
    campaigns.person(shop)
    sent(letter(shop, cap_messages=1, cap_days=7), back=timedelta(0))

    run = sent(letter(shop, cap_messages=1, cap_days=7), back=8 * DAY)

    assert campaigns.states(run) == ["accepted"]


def test_a_run_of_long_ago_and_one_of_today_do_not_count_for_each_other(shop: Workspace) -> None:
    campaigns.person(shop)
    sent(letter(shop, cap_messages=1, cap_days=7), back=timedelta(0))

    run = sent(letter(shop, cap_messages=1, cap_days=7), back=60 * DAY)

    assert campaigns.states(run) == ["accepted"]


def waiting(shop: Workspace, *, speed: int) -> Run:
    """A cascade whose letter is sent; the SMS waits for six hours."""
    campaigns.person(shop)
    now = clock.now()
    back = 60 * DAY if speed > 1 else timedelta(0)
    run = campaigns.launched(
        campaigns.cascade(shop), at=now, business_start=now - back, speed=speed
    )
    sending.send_due()
    return run


def paused(run: Run, *, seconds: float) -> datetime:
    """A pause of so long that is over; returns its beginning."""
    scope, at = build.scope(run.workspace), clock.now()
    steering.pause(scope=scope, run=run, at=at)
    steering.resume(scope=scope, run=run, at=at + timedelta(seconds=seconds))
    return at


def test_a_pause_takes_no_time_of_a_clock_that_hurries(shop: Workspace) -> None:
    run = waiting(shop, speed=SPEED)
    due_at, minute = campaigns.delivery(run, 2).due_at, timedelta(seconds=60)

    at = paused(run, seconds=60)

    assert campaigns.delivery(run, 2).due_at == due_at + minute
    gone = runs.business_time(run, at + minute) - run.business_start
    assert gone == (at - run.real_start) * SPEED


def test_while_it_is_paused_its_clock_stands_for_whoever_reads(shop: Workspace) -> None:
    run = waiting(shop, speed=SPEED)
    at = clock.now()
    steering.pause(scope=build.scope(shop), run=run, at=at)

    told = read(run, timedelta(seconds=60))

    assert told.at == runs.business_time(run, at) == runs.business_time(run, at + DAY)


def test_real_time_does_not_stand_in_a_pause(shop: Workspace) -> None:
    run = waiting(shop, speed=1)
    due_at = campaigns.delivery(run, 2).due_at

    at = paused(run, seconds=60)

    assert campaigns.delivery(run, 2).due_at == due_at
    assert runs.business_time(run, at + DAY) == at + DAY


def test_a_demo_launched_now_dates_nothing_ahead_of_us_and_waits_as_planned(
    shop: Workspace,
) -> None:
    shop.is_demo = True
    shop.save()
    campaigns.person(shop)
    made = campaigns.cascade(shop, wait=timedelta(hours=1))
    run = starting.start(scope=build.scope(shop), campaign=made, people=1, typed="", at=clock.now())
    campaigns.frozen(run)

    sending.send_due()
    time.sleep(1.1)
    campaigns.make_due(run)
    sending.send_due()

    letter_, text = (campaigns.delivery(run, position).accepted_at for position in (1, 2))
    assert letter_ is not None
    assert text is not None
    assert letter_ + timedelta(hours=1) <= text <= clock.now()
