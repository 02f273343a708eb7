"""The gate: who may not be written to is not, and the reason is said."""

from datetime import UTC, datetime, time, timedelta

import pytest

from campaigns.models import Campaign, Channel, Delivery, Run
from campaigns.services import claiming, gate, sending, steering, suppressing
from campaigns.services.locks import database_time
from core import clock
from core.models import Workspace
from tests import build, build_loyalty
from tests import build_campaigns as campaigns
from tests.campaigns import recorder

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Workspace:
    return build.workspace()


def one_letter(shop: Workspace, **terms: object) -> Campaign:
    made = campaigns.campaign(shop, **terms)
    campaigns.step(made)
    return made


def outcome(run: Run, position: int = 1) -> tuple[str, str]:
    row = campaigns.delivery(run, position)
    return row.state, row.reason


def test_somebody_without_consent_is_not_written_to(shop: Workspace) -> None:
    campaigns.person(shop, consents=[])
    run = campaigns.launched(one_letter(shop))

    sending.send_due()

    assert outcome(run) == ("suppressed", "no_consent")
    assert recorder.sent == []


def test_a_consent_withdrawn_after_the_launch_counts(shop: Workspace) -> None:
    who = campaigns.person(shop)
    run = campaigns.launched(one_letter(shop))
    campaigns.consent(who, "email", "withdrawn")

    sending.send_due()

    assert outcome(run) == ("suppressed", "consent_withdrawn")


def test_an_address_on_the_stop_list_is_not_written_to(shop: Workspace) -> None:
    who = campaigns.person(shop)
    run = campaigns.launched(one_letter(shop))
    suppressing.suppress(
        workspace_id=shop.pk,
        channel_kind="email",
        addresses=[who.identities.get(kind="email").value],
        reason="complaint",
    )

    sending.send_due()

    assert outcome(run) == ("suppressed", "complaint")


def test_a_service_message_needs_no_consent_to_advertising(shop: Workspace) -> None:
    campaigns.person(shop, consents=[])
    made = campaigns.campaign(shop)
    campaigns.step(made, says=campaigns.template(shop, purpose="service"))
    run = campaigns.launched(made)

    sending.send_due()

    assert outcome(run) == ("accepted", "")


def test_the_cap_counts_messages_of_all_campaigns(shop: Workspace) -> None:
    campaigns.person(shop)
    runs = [campaigns.launched(one_letter(shop, cap_messages=2)) for _ in range(3)]

    sending.send_due()

    outcomes = sorted(outcome(run) for run in runs)
    assert outcomes == [("accepted", ""), ("accepted", ""), ("suppressed", "cap")]


def test_a_cap_of_an_earlier_week_is_over(shop: Workspace) -> None:
    campaigns.person(shop)
    week_ago = build.NOON - timedelta(days=8)
    campaigns.launched(one_letter(shop, cap_messages=1), business_start=week_ago)
    sending.send_due()

    run = campaigns.launched(one_letter(shop, cap_messages=1), business_start=build.NOON)
    sending.send_due()

    assert outcome(run) == ("accepted", "")


def test_quiet_hours_put_a_message_off_to_the_morning_of_the_person(shop: Workspace) -> None:
    campaigns.person(shop, timezone="Asia/Vladivostok")
    night = datetime(2024, 3, 1, 14, tzinfo=UTC)  # midnight in Vladivostok
    made = one_letter(shop, quiet_from=time(21), quiet_until=time(9))
    run = campaigns.launched(made, at=datetime.now(UTC), business_start=night)

    sending.send_due()

    row = campaigns.delivery(run)
    assert (row.state, row.reason) == ("queued", "quiet_hours")
    assert timedelta(hours=8, minutes=58) < row.due_at - run.real_start < timedelta(hours=9.1)


def test_a_zone_that_does_not_exist_holds_up_nobody(shop: Workspace) -> None:
    for zone in ("Mars/Olympus", ""):
        campaigns.person(shop, timezone=zone)
    noon = datetime(2024, 3, 1, 12, tzinfo=UTC)
    made = one_letter(shop, quiet_from=time(21), quiet_until=time(9))
    run = campaigns.launched(made, at=clock.now(), business_start=noon)

    sending.send_due()

    assert campaigns.states(run) == ["accepted", "accepted"]


def test_a_fast_clock_passes_quiet_hours_quickly(shop: Workspace) -> None:
    campaigns.person(shop, timezone="Asia/Vladivostok")
    night = datetime(2024, 3, 1, 14, tzinfo=UTC)
    made = one_letter(shop, quiet_from=time(21), quiet_until=time(9))
    run = campaigns.launched(made, business_start=night, speed=3600)

    sending.send_due()

    row = campaigns.delivery(run)
    assert row.due_at - run.real_start < timedelta(seconds=10)


def test_a_message_that_is_too_late_is_not_sent(shop: Workspace) -> None:
    campaigns.person(shop)
    run = campaigns.launched(one_letter(shop))
    Delivery.unscoped.filter(run=run).update(expires_at=build.NOON)

    sending.send_due()

    assert outcome(run) == ("expired", "too_late")


def test_a_purchase_stops_a_cascade_that_waits_for_one(shop: Workspace) -> None:
    who = campaigns.person(shop)
    made = campaigns.campaign(shop)
    campaigns.step(made, "email")
    campaigns.step(made, "sms", wait=timedelta(0), stop_fact="bought")
    run = campaigns.launched(made, business_start=build.NOON)
    build_loyalty.order(who, 100, at=build.NOON + timedelta(microseconds=1))

    sending.send_due()

    assert outcome(run, 2) == ("suppressed", "stopped_bought")


def test_a_paused_run_sends_nothing_and_goes_on_with_the_same_rows(shop: Workspace) -> None:
    campaigns.person(shop)
    run = campaigns.launched(one_letter(shop))
    scope = build.scope(shop)
    before = campaigns.delivery(run).pk
    steering.pause(scope=scope, run=run, at=build.NOON)
    sending.send_due()
    paused = campaigns.states(run)

    steering.resume(scope=scope, run=run, at=build.NOON)
    sending.send_due()

    assert paused == ["queued"]
    assert outcome(run) == ("accepted", "")
    assert campaigns.delivery(run).pk == before


def test_a_channel_switched_off_after_the_claim_sends_nothing(shop: Workspace) -> None:
    campaigns.person(shop)
    run = campaigns.launched(one_letter(shop))
    batch = claiming.claim()
    assert batch is not None
    Channel.unscoped.filter(pk=batch.step.channel_id).update(is_active=False)

    intents = gate.decide(batch=batch, rows=batch.rows, at=database_time())

    assert intents == {}
    assert outcome(run) == ("queued", "")


def test_a_pause_between_claim_and_gate_gives_the_row_back(shop: Workspace) -> None:
    campaigns.person(shop)
    run = campaigns.launched(one_letter(shop))
    batch = claiming.claim()
    assert batch is not None
    steering.pause(scope=build.scope(shop), run=run, at=build.NOON)

    intents = gate.decide(batch=batch, rows=batch.rows, at=database_time())

    assert intents == {}
    assert campaigns.states(run) == ["queued"]


def test_a_cancelled_run_cancels_what_is_not_yet_sent(shop: Workspace) -> None:
    campaigns.person(shop)
    run = campaigns.launched(one_letter(shop))

    steering.cancel(scope=build.scope(shop), run=run, at=build.NOON)
    sending.send_due()

    assert outcome(run) == ("cancelled", "run_cancelled")
    assert recorder.sent == []


def test_the_control_group_is_never_written_to(shop: Workspace) -> None:
    campaigns.people(shop, 10)
    run = campaigns.launched(one_letter(shop, control_percent=99))

    sending.send_due()

    assert run.control_size > 0
    assert len(recorder.sent) == 10 - run.control_size


def test_a_lease_that_ran_out_opens_no_gate(shop: Workspace) -> None:
    campaigns.person(shop)
    run = campaigns.launched(one_letter(shop))
    batch = claiming.claim()
    assert batch is not None
    Delivery.unscoped.filter(run=run).update(lease_until=build.NOON)

    intents = gate.decide(batch=batch, rows=batch.rows, at=database_time())

    assert intents == {}
