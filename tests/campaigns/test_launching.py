"""Launch: everything is frozen, everybody is counted."""

from datetime import timedelta
from decimal import Decimal

import pytest

from campaigns.errors import CampaignHasRun, NotReadyToLaunch
from campaigns.models import AudienceMember, Delivery, RunStep
from campaigns.rules.holdout import is_held_out
from campaigns.services import freezing, launching
from core import invariants
from core.models import AuditEntry, Job
from core.services.jobs import Progress
from tests import build, build_loyalty
from tests import build_campaigns as campaigns

pytestmark = pytest.mark.django_db


def test_the_audience_is_control_plus_those_on_the_first_step() -> None:
    shop = build.workspace()
    campaigns.people(shop, 40)
    made = campaigns.cascade(shop, control_percent=Decimal(25))

    run = campaigns.launched(made)

    assert run.state == "running"
    assert run.audience_size == 40
    assert 0 < run.control_size < 40
    assert len(campaigns.deliveries(run)) == run.audience_size - run.control_size
    assert invariants.broken() == {}


def test_the_control_group_in_sql_is_the_one_in_python() -> None:
    shop = build.workspace()
    people = campaigns.people(shop, 60)
    made = campaigns.cascade(shop, control_percent=Decimal(30))

    run = campaigns.launched(made)

    share = Decimal("0.3")
    expected = {p.pk for p in people if is_held_out(shop.pk, run.control_salt, p.pk, share)}
    members = AudienceMember.objects.within(shop).filter(run=run, is_control=True)
    assert set(members.values_list("customer_id", flat=True)) == expected


def test_the_control_group_is_the_same_in_the_next_run() -> None:
    shop = build.workspace()
    campaigns.people(shop, 40)
    made = campaigns.campaign(shop, control_percent=Decimal(30))
    campaigns.step(made)
    first = campaigns.launched(made)
    type(first).unscoped.filter(pk=first.pk).update(state="finished")

    second = campaigns.launched(made)

    chosen = AudienceMember.objects.within(shop).filter(is_control=True)
    assert set(chosen.filter(run=first).values_list("customer_id", flat=True)) == set(
        chosen.filter(run=second).values_list("customer_id", flat=True)
    )


def test_somebody_without_an_address_has_a_row_and_goes_on_at_once() -> None:
    shop = build.workspace()
    campaigns.person(shop, reachable=["sms"])
    made = campaigns.cascade(shop, wait=timedelta(hours=6))

    run = campaigns.launched(made)

    first, second = campaigns.delivery(run, 1), campaigns.delivery(run, 2)
    assert (first.state, first.reason) == ("suppressed", "no_address")
    assert second.state == "queued"
    assert second.due_at <= first.due_at


def test_somebody_without_any_address_ends_the_cascade() -> None:
    shop = build.workspace()
    campaigns.person(shop, reachable=[])
    made = campaigns.cascade(shop)

    run = campaigns.launched(made)

    assert campaigns.states(run, 1) == campaigns.states(run, 2) == ["suppressed"]


def test_a_killed_freeze_is_finished_by_the_next_worker() -> None:
    shop = build.workspace()
    campaigns.people(shop, 5)
    made = campaigns.campaign(shop)
    campaigns.step(made)
    run = launching.launch(scope=build.scope(shop), campaign=made, at=build.NOON)
    job = Job.unscoped.get(params={"run": run.pk})
    freezing._collect(run)
    freezing._enter_all(run, Progress(job))

    campaigns.frozen(run)
    freezing.freeze(job, Progress(job))

    assert len(campaigns.deliveries(run)) == 5
    assert invariants.broken() == {}


def test_a_later_edit_does_not_reach_the_run() -> None:
    shop = build.workspace()
    campaigns.person(shop)
    made = campaigns.campaign(shop)
    written = campaigns.step(made).template
    run = campaigns.launched(made)

    type(written).unscoped.filter(pk=written.pk).update(text="Other words", version=2)

    assert RunStep.unscoped.get(run=run).text == written.text


def test_links_are_frozen_in_the_order_they_come() -> None:
    shop = build.workspace()
    campaigns.person(shop)
    made = campaigns.campaign(shop)
    says = campaigns.template(
        shop,
        html='<a href="https://shop.example/b?x=1">B</a><a href="https://shop.example/a">A</a>',
        text="See https://shop.example/a. Bye",
    )
    campaigns.step(made, says=says)

    run = campaigns.launched(made)

    (step,) = run.steps.all()
    urls = list(step.links.order_by("position").values_list("url", flat=True))
    assert urls == ["https://shop.example/b?x=1", "https://shop.example/a"]


def test_a_campaign_without_steps_is_not_launched() -> None:
    shop = build.workspace()
    made = campaigns.campaign(shop)

    with pytest.raises(NotReadyToLaunch):
        launching.launch(scope=build.scope(shop), campaign=made, at=build.NOON)


def test_a_running_campaign_is_not_launched_again() -> None:
    shop = build.workspace()
    campaigns.person(shop)
    made = campaigns.campaign(shop)
    campaigns.step(made)
    campaigns.launched(made)

    with pytest.raises(CampaignHasRun):
        launching.launch(scope=build.scope(shop), campaign=made, at=build.NOON)


def test_a_launch_is_in_the_audit_log() -> None:
    shop = build.workspace()
    campaigns.person(shop)
    made = campaigns.campaign(shop)
    campaigns.step(made)

    run = campaigns.launched(made)

    entry = AuditEntry.unscoped.get(workspace=shop, action="launched")
    assert entry.object_id == str(run.pk)


def test_people_of_another_workspace_are_never_in_the_audience() -> None:
    shop, other = build.workspace(), build.workspace()
    campaigns.person(other)
    mine = campaigns.person(shop)
    made = campaigns.campaign(shop)
    campaigns.step(made)

    run = campaigns.launched(made)

    members = AudienceMember.unscoped.filter(run=run)
    assert list(members.values_list("customer_id", flat=True)) == [mine.pk]


def test_points_that_expire_soon_are_told_only_to_buyers_who_have_some() -> None:
    shop = build.workspace()
    program = build_loyalty.program(shop, expiry_days=10)
    buyer, _stranger = campaigns.people(shop, 2)
    build_loyalty.order(buyer, 100_00, at=build.NOON - timedelta(days=1))
    from loyalty.services import accruing

    accruing.accrue_orders(program=program)
    made = campaigns.cascade(shop, audience={"kind": "points_expire_soon", "days": 30})

    run = campaigns.launched(made, business_start=build.NOON)

    (member,) = AudienceMember.unscoped.filter(run=run)
    assert member.customer_id == buyer.pk
    assert member.variables["points"] > 0
    assert Delivery.unscoped.filter(run=run).count() == 1
