"""Results: fenced, classified, retried only when that is safe."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from campaigns.channels.base import Accepted, NotAccepted, Refused
from campaigns.models import Channel, Delivery, Run, Suppression
from campaigns.rules.templates import RenderFailed
from campaigns.selectors.texts import Texts
from campaigns.services import claiming, composing, gate, outcomes, sending, upkeep
from campaigns.services.locks import database_time
from core import invariants
from tests import build
from tests import build_campaigns as campaigns
from tests.campaigns import recorder

pytestmark = pytest.mark.django_db


def launched(number: int = 1, **template: str) -> Run:
    shop = build.workspace()
    campaigns.people(shop, number)
    made = campaigns.campaign(shop)
    campaigns.step(made, says=campaigns.template(shop, **template))
    return campaigns.launched(made)


def test_a_refusal_is_final() -> None:
    recorder.answer(Refused("blocked"))
    run = launched()

    sending.send_due()

    row = campaigns.delivery(run)
    assert (row.state, row.reason) == ("failed", "blocked")


def test_a_hard_bounce_condemns_the_address() -> None:
    recorder.answer(Refused("no_such_user", is_hard_bounce=True))
    launched()

    sending.send_due()

    assert Suppression.unscoped.get().reason == "hard_bounce"


def test_what_was_surely_not_taken_is_tried_again_later() -> None:
    recorder.answer(NotAccepted("busy", retry_after=120))
    run = launched()

    sending.send_due()

    row = campaigns.delivery(run)
    assert (row.state, row.attempt, row.intent_at) == ("queued", 1, None)
    assert row.due_at >= row.created_at + timedelta(seconds=119)


def test_after_too_many_tries_it_is_given_up() -> None:
    recorder.answer(NotAccepted("busy"))
    run = launched()
    Delivery.unscoped.filter(run=run).update(attempt=6)

    sending.send_due()

    row = campaigns.delivery(run)
    assert (row.state, row.reason) == ("failed", "gave_up:busy")


def test_a_stale_worker_writes_nothing_and_is_counted() -> None:
    run = launched()
    batch = claiming.claim()
    assert batch is not None
    intents = gate.decide(batch=batch, rows=batch.rows, at=database_time())
    Delivery.unscoped.filter(run=run).update(lease_until=build.NOON)
    upkeep.reap()

    taken = outcomes.write(
        batch=batch,
        intents=intents,
        results={key: Accepted("late") for key in intents},
    )

    run.refresh_from_db()
    assert taken == 0
    assert campaigns.states(run) == ["unknown"]
    assert run.lease_conflicts == 1


def test_a_dead_worker_before_its_intent_costs_nothing() -> None:
    run = launched()
    claiming.claim()
    Delivery.unscoped.filter(run=run).update(lease_until=build.NOON)

    sending.send_due()

    assert campaigns.states(run) == ["accepted"]


def test_one_person_who_cannot_be_rendered_fails_alone() -> None:
    shop = build.workspace()
    campaigns.people(shop, 2)
    campaigns.person(shop, first_name="Long")
    made = campaigns.campaign(shop, audience={"kind": campaigns.NOTED})
    says = campaigns.template(shop, html="", text="{{ note }}" * 60)
    campaigns.step(made, says=says)
    run = campaigns.launched(made)

    sending.send_due()

    rows = campaigns.deliveries(run)
    assert [(row.state, row.reason) for row in rows] == [
        ("accepted", ""),
        ("accepted", ""),
        ("failed", "render"),
    ]


def test_no_message_holds_anything_of_another_person() -> None:
    run = launched(60)

    sending.send_due()

    names = {
        row.id: row.customer.first_name
        for row in Delivery.unscoped.filter(run=run).select_related("customer")
    }
    wrong = [
        message
        for message in recorder.sent
        if f"Hello {names[int(message.ref)]} " not in message.text
        or any(
            f"{other}<" in message.html for key, other in names.items() if key != int(message.ref)
        )
    ]
    assert wrong == []
    assert len(recorder.sent) == 60


def test_a_channel_that_fails_in_a_row_gets_one_probe_at_a_time() -> None:
    recorder.answer(NotAccepted("down"))
    run = launched(60)
    sending.send_due()
    campaigns.make_due(run)

    sending.send_due()
    sending.send_due()

    channel = Channel.unscoped.get(pk=run.steps.get().channel_id)
    assert channel.failures >= claiming.BREAK_AFTER
    assert len(recorder.sent) == 60 + 1


def test_a_channel_that_works_again_is_trusted_again() -> None:
    recorder.answer(NotAccepted("down"))
    run = launched(30)
    sending.send_due()
    campaigns.make_due(run)
    recorder.answer(Accepted("m"))

    sending.send_due()
    sending.send_due()

    assert Channel.unscoped.get(pk=run.steps.get().channel_id).failures == 0
    assert set(campaigns.states(run)) == {"accepted"}
    assert invariants.broken() == {}


def test_messages_carry_signed_links_and_the_way_out() -> None:
    launched()

    sending.send_due()

    (message,) = recorder.sent
    assert "/m/c/" in message.html
    assert "https://shop.example/sale" not in message.html + message.text
    assert "/m/o/" in message.html
    assert "/m/u/" in message.list_unsubscribe_url


def test_composing_needs_no_database_per_person(django_assert_max_num_queries: object) -> None:
    launched(20)
    batch = claiming.claim()
    assert batch is not None
    content = composing.prepare(batch.step, on=build.NOON.date())

    with django_assert_max_num_queries(0):  # type: ignore[operator]
        messages, broken = composing.compose(content=content, rows=batch.rows)

    assert (len(messages), broken) == (20, [])


class Interrupted:
    """Texts whose first rendering is cut off by the clock."""

    def __init__(self, texts: Texts, times: int) -> None:
        self._texts, self._left = texts, times

    def render(self, values: Mapping[str, Any]) -> tuple[str, str, str]:
        self._left -= 1
        if self._left >= 0:
            raise RenderFailed("too_slow")
        return self._texts.render(values)


@pytest.mark.parametrize(("times", "lost"), [(1, 0), (2, 1)])
def test_a_pause_in_somebodys_turn_costs_them_nothing_but_a_slow_text_fails(
    times: int, lost: int
) -> None:
    launched(1)
    batch = claiming.claim()
    assert batch is not None
    content = composing.prepare(batch.step, on=build.NOON.date())
    interrupted = replace(content, texts=Interrupted(content.texts, times))  # type: ignore[arg-type]

    _messages, broken = composing.compose(content=interrupted, rows=batch.rows)

    assert len(broken) == lost
