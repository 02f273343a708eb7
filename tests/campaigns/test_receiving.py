"""Receipts: merged in any order, proof of what was in doubt, an end to cascades."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from campaigns.channels.base import Ambiguous
from campaigns.channels.base import Receipt as Told
from campaigns.models import AudienceMember, Channel, Delivery, Receipt, Run, Suppression
from campaigns.rules.facts import Fact
from campaigns.services import receiving, sending
from core import invariants
from tests import build
from tests import build_campaigns as campaigns
from tests.campaigns import recorder

pytestmark = pytest.mark.django_db
TIMES = ("delivered_at", "read_at", "clicked_at")


@pytest.fixture
def run() -> Run:
    """E-mail sent, the SMS waits."""
    shop = build.workspace()
    campaigns.person(shop)
    launched = campaigns.launched(campaigns.cascade(shop))
    sending.send_due()
    return launched


def fact(run: Run, kind: str, minutes: float = 1, **more: Any) -> Fact:
    row = campaigns.delivery(run)
    at = run.real_start + timedelta(minutes=minutes)
    terms: dict[str, Any] = {"event_id": f"{kind}{minutes}"} | more
    return Fact(row.pk, row.customer_id, kind, at, **terms)


def times(run: Run) -> list[datetime | None]:
    return [getattr(campaigns.delivery(run), name) for name in TIMES]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_any_order_with_doubles_gives_the_same_end(run: Run, order: tuple[int, ...]) -> None:
    facts = [
        fact(run, "delivered", 1),
        fact(run, "read", 2),
        fact(run, "clicked", 3),
        fact(run, "read", 9),
    ]

    for place in (*order, *reversed(order)):
        receiving.receive(facts=[facts[place]], source="test")

    minutes = [(at - run.business_start).total_seconds() / 60 for at in times(run) if at]
    assert minutes == [1, 2, 3]
    assert Receipt.unscoped.count() == 4


def test_receipts_are_dated_by_the_run_clock() -> None:
    shop = build.workspace()
    campaigns.person(shop)
    run = campaigns.launched(
        campaigns.cascade(shop), business_start=build.NOON - timedelta(days=60), speed=3600
    )
    sending.send_due()

    receiving.receive(facts=[fact(run, "read", 1 / 60)], source="test")

    assert times(run)[1] == run.business_start + timedelta(hours=1)


def test_a_reading_ends_the_cascade_and_what_waits_is_not_sent(run: Run) -> None:
    receiving.receive(facts=[fact(run, "read")], source="test")

    second = campaigns.delivery(run, 2)
    member = AudienceMember.unscoped.get(run=run)
    assert (second.state, second.reason) == ("suppressed", "stopped_read")
    assert member.stop_fact == "read"
    assert invariants.broken() == {}


def test_a_click_is_a_reading_too(run: Run) -> None:
    receiving.receive(facts=[fact(run, "clicked")], source="test")

    assert campaigns.delivery(run, 2).reason == "stopped_read"


def test_an_opening_by_a_robot_is_kept_and_stops_nothing(run: Run) -> None:
    receiving.receive(facts=[fact(run, "read", is_automatic=True)], source="test")

    assert campaigns.delivery(run, 2).state == "queued"
    assert times(run)[1] is None
    assert Receipt.unscoped.get().is_automatic


def test_a_delivery_in_doubt_is_proven_by_its_receipt() -> None:
    shop = build.workspace()
    campaigns.person(shop)
    made = campaigns.campaign(shop)
    campaigns.step(made)
    recorder.answer(Ambiguous("timeout"))
    run = campaigns.launched(made)
    sending.send_due()
    before = campaigns.states(run)

    receiving.receive(facts=[fact(run, "delivered")], source="test")

    after = campaigns.delivery(run)
    assert before == ["unknown"]
    assert (after.state, after.cost_micros) == ("accepted", 30_000)


def test_a_hard_bounce_and_a_complaint_put_the_address_on_the_stop_list(run: Run) -> None:
    receiving.receive(facts=[fact(run, "complained")], source="test")

    assert Suppression.unscoped.get().reason == "complaint"


def test_facts_about_strangers_are_counted_and_not_believed(run: Run) -> None:
    channel = run.steps.get(position=1).channel
    row = campaigns.delivery(run)
    told = [
        Told("e1", "delivered", build.NOON, ref="999999999"),
        Told("e2", "delivered", build.NOON, ref="nonsense"),
        Told("e3", "delivered", build.NOON, ref=str(row.pk)),
    ]

    new = receiving.receive_from_provider(channel=channel, told=told)

    assert new == 1
    assert Channel.unscoped.get(pk=channel.pk).orphan_receipts == 2


def test_a_channel_cannot_speak_of_the_messages_of_another(run: Run) -> None:
    other = campaigns.channel(run.workspace)
    told = [Told("e1", "read", build.NOON, ref=str(campaigns.delivery(run).pk))]

    new = receiving.receive_from_provider(channel=other, told=told)

    assert new == 0
    assert times(run) == [None] * 3


def test_a_message_is_found_by_the_provider_id_of_it(run: Run) -> None:
    row = campaigns.delivery(run)
    told = [Told("e1", "read", build.NOON, provider_message_id=row.provider_message_id)]

    receiving.receive_from_provider(channel=row.step.channel, told=told)

    assert Delivery.unscoped.get(pk=row.pk).read_at is not None
