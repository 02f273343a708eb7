"""The report's figures: people add up, money is that of the calculator, words are honest."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from campaigns.models import Delivery, Run
from campaigns.rules.facts import Fact
from campaigns.selectors import hopes, money, people, windows
from campaigns.selectors.readers import readers
from campaigns.services import receiving, sending
from core.models import Workspace
from crm.models import Consent
from tests import build, build_loyalty
from tests import build_campaigns as campaigns

pytestmark = pytest.mark.django_db
START = build.NOON - timedelta(days=60)


@pytest.fixture
def shop() -> Workspace:
    return build.workspace()


def told(run: Run, place: int, kind: str, hours: float, position: int = 1) -> None:
    """Somebody did something so many business hours after the start."""
    row = campaigns.deliveries(run, position)[place]
    at = run.real_start + timedelta(hours=hours) / run.speed
    facts = [Fact(row.pk, row.customer_id, kind, at, f"{kind}{hours}")]
    receiving.receive(facts=facts, source="test")


def sent(shop: Workspace, **terms: Any) -> Run:
    """A cascade both of whose steps are over; speed 3600, dated 60 days ago."""
    run = campaigns.launched(campaigns.cascade(shop, **terms), business_start=START, speed=3600)
    sending.send_due()
    return run


def finish(run: Run) -> None:
    campaigns.make_due(run)
    sending.send_due()
    run.refresh_from_db()


def test_everybody_is_in_exactly_one_stage(shop: Workspace) -> None:
    campaigns.people(shop, 6)
    campaigns.person(shop, consents=[])
    campaigns.person(shop, reachable=[])
    run = sent(shop)
    told(run, 0, "read", 1)
    told(run, 1, "clicked", 1)
    finish(run)

    counts = people.counts(run=run)

    assert sum(count.people for count in counts) == run.audience_size - run.control_size
    by_stage = {(count.stage, count.reason): count.people for count in counts}
    assert by_stage["read", "email"] == 1
    assert by_stage["clicked", "email"] == 1
    assert by_stage["not_sent", "no_consent"] == 1
    assert by_stage["not_sent", "no_address"] == 1


def test_a_purchase_after_a_click_is_the_last_stage(shop: Workspace) -> None:
    campaigns.people(shop, 2)
    run = sent(shop)
    told(run, 0, "clicked", 1)
    buyer = campaigns.deliveries(run)[0].customer
    build_loyalty.order(buyer, 500_00, at=START + timedelta(days=2))
    finish(run)

    (person,) = people.page(run=run, stage="bought")

    assert (person.customer_id, person.spent) == (buyer.pk, 500_00)


def test_the_steps_cost_what_was_accepted(shop: Workspace) -> None:
    campaigns.people(shop, 10)
    run = sent(shop)
    told(run, 0, "read", 1)
    told(run, 1, "read", 1)
    finish(run)

    figures = money.money_of(run=run)

    email, sms = figures.steps
    assert (email.accepted, email.reads, email.cost_micros) == (10, 2, 300_000)
    assert (sms.accepted, sms.cost_micros) == (8, 8 * 5_600_000)
    assert figures.summary.all_dear_micros == 10 * 5_600_000
    assert figures.summary.saved_net_micros == 2 * 5_600_000 - 300_000


def test_only_whom_the_dear_channel_could_reach_are_saved_on(shop: Workspace) -> None:
    campaigns.people(shop, 4)
    campaigns.people(shop, 3, reachable=["email"])
    campaigns.people(shop, 2, consents=["email"])
    run = sent(shop)
    for place in range(9):
        told(run, place, "read", 1)
    finish(run)

    figures = money.money_of(run=run)
    hope = hopes.hope_of(run, figures.steps)

    sms = figures.steps[1]
    assert (sms.accepted, sms.would_get) == (0, 4)
    # Nine letters, a fifth read; SMS to the four, less whom letters reach first.
    assert (hope.people, hope.messages) == (9, 12)


def test_who_withdraws_later_could_have_been_written_to_then(shop: Workspace) -> None:
    somebody = campaigns.person(shop)
    run = sent(shop)
    told(run, 0, "read", 1)
    finish(run)
    later = Consent.unscoped.filter(customer=somebody, channel="sms").latest("id").recorded_at
    campaigns.withdrawn_later(somebody, "sms", later + timedelta(days=1))

    sms = money.money_of(run=run).steps[1]

    assert sms.would_get == 1


def test_reading_of_sms_without_receipts_is_an_estimate_and_says_so(shop: Workspace) -> None:
    campaigns.people(shop, 10, reachable=["sms"])
    run = sent(shop)
    finish(run)
    for place in range(10):
        told(run, place, "delivered", 8, position=2)

    sms = money.money_of(run=run).steps[1]

    assert (sms.reads, sms.reads_are_estimated) == (9, True)


def test_who_reads_the_letter_after_the_sms_has_read_once(shop: Workspace) -> None:
    campaigns.people(shop, 10)
    run = sent(shop)
    finish(run)
    for place in range(10):
        told(run, place, "delivered", 8, position=2)
        told(run, place, "read", 9)

    steps = money.money_of(run=run).steps

    assert (steps[0].reads, steps[1].reads) == (10, 9)
    assert readers(people.counts(run=run), steps) == 10


def test_of_whom_only_an_sms_has_reached_the_usual_share_has_read(shop: Workspace) -> None:
    campaigns.people(shop, 10, reachable=["sms"])
    run = sent(shop)
    finish(run)
    for place in range(10):
        told(run, place, "delivered", 8, position=2)

    assert readers(people.counts(run=run), money.money_of(run=run).steps) == 9


def test_an_order_goes_to_the_message_touched_last_before_it(shop: Workspace) -> None:
    campaigns.people(shop, 1)
    run = sent(shop)
    finish(run)
    told(run, 0, "read", 1)
    told(run, 0, "clicked", 8, position=2)
    buyer = campaigns.deliveries(run)[0].customer
    build_loyalty.order(buyer, 70_00, at=START + timedelta(days=2))
    build_loyalty.order(buyer, 30_00, at=START + timedelta(days=20))

    email, sms = money.money_of(run=run).steps

    assert (email.revenue, sms.revenue, sms.buyers) == (0, 70_00, 1)


def test_two_runs_never_claim_the_same_order(shop: Workspace) -> None:
    campaigns.people(shop, 1)
    first, second = sent(shop), sent(shop)
    told(first, 0, "clicked", 1)
    told(second, 0, "read", 2)
    buyer = campaigns.deliveries(first)[0].customer
    build_loyalty.order(buyer, 70_00, at=START + timedelta(days=2))
    finish(first)
    finish(second)

    claimed = [money.money_of(run=run).uplift.attributed for run in (first, second)]

    assert claimed == [0, 70_00]


def test_a_touch_of_another_run_that_is_too_old_claims_nothing(shop: Workspace) -> None:
    campaigns.people(shop, 1)
    first, second = sent(shop, attribution_days=14), sent(shop, attribution_days=1)
    told(first, 0, "clicked", 1)
    told(second, 0, "read", 2)
    buyer = campaigns.deliveries(first)[0].customer
    build_loyalty.order(buyer, 70_00, at=START + timedelta(days=2))
    finish(first)
    finish(second)

    claimed = [money.money_of(run=run).uplift.attributed for run in (first, second)]

    assert claimed == [70_00, 0]


def test_who_bought_after_two_steps_is_one_person(shop: Workspace) -> None:
    campaigns.people(shop, 1)
    run = sent(shop)
    finish(run)
    told(run, 0, "read", 1)
    told(run, 0, "clicked", 50, position=2)
    buyer = campaigns.deliveries(run)[0].customer
    build_loyalty.order(buyer, 70_00, at=START + timedelta(days=1))
    build_loyalty.order(buyer, 30_00, at=START + timedelta(days=3))

    told_money = money.money_of(run=run)

    assert [step.buyers for step in told_money.steps] == [1, 1]
    assert (told_money.buyers, told_money.orders) == (1, 2)


def test_what_was_held_up_by_a_pause_moves_the_end_of_the_window(shop: Workspace) -> None:
    campaigns.people(shop, 1)
    run = sent(shop)
    finish(run)
    late = START + timedelta(days=9)
    Delivery.unscoped.filter(run=run, step__position=2).update(intent_business_at=late)

    end = windows.window_end(run)

    assert end == late + timedelta(days=run.attribution_days)


def test_a_purchase_after_the_window_is_nobodys_last_stage(shop: Workspace) -> None:
    campaigns.people(shop, 1)
    run = sent(shop)
    finish(run)
    told(run, 0, "clicked", 24 * 20)
    buyer = campaigns.deliveries(run)[0].customer
    build_loyalty.order(buyer, 70_00, at=START + timedelta(days=21))

    counts = people.counts(run=run)

    assert [(one.stage, one.people) for one in counts] == [("clicked", 1)]


def test_incremental_revenue_stands_beside_attributed_with_an_interval(shop: Workspace) -> None:
    campaigns.crowd(shop, 300)
    run = sent(shop, control_percent=Decimal(30))
    # Chance fills the groups; a third of each buys, so no chance is left in the difference.
    for is_control in (True, False):
        members = run.members.filter(is_control=is_control).select_related("customer")
        for member in members.order_by("pk")[::3]:
            build_loyalty.order(member.customer, 100_00, at=START + timedelta(days=1))

    lift = money.money_of(run=run).uplift

    assert lift.attributed == 0
    assert lift.low is not None
    assert lift.high is not None
    assert lift.low <= (lift.incremental or 0) <= lift.high
    assert lift.verdict == "holds_zero"


def test_without_a_control_group_nothing_is_claimed(shop: Workspace) -> None:
    campaigns.people(shop, 3)
    run = sent(shop)

    lift = money.money_of(run=run).uplift

    assert (lift.verdict, lift.incremental) == ("too_few", None)


def test_a_report_of_many_people_is_few_queries(
    shop: Workspace, django_assert_max_num_queries: object
) -> None:
    campaigns.crowd(shop, 200)
    run = sent(shop, control_percent=Decimal(10))

    with django_assert_max_num_queries(9):  # type: ignore[operator]
        people.counts(run=run)
        money.money_of(run=run)
