"""What may have been taken: never sent twice, never called a failure, resolved by proof."""

from datetime import timedelta

import pytest
from django.db.models import F

from campaigns.channels.base import Accepted, Ambiguous, NotAccepted
from campaigns.models import Delivery, Run
from campaigns.services import sending, steering, upkeep
from core import invariants
from core.scoping import Scope
from tests import build
from tests import build_campaigns as campaigns
from tests.campaigns import recorder

pytestmark = pytest.mark.django_db


def launched() -> Run:
    shop = build.workspace()
    campaigns.people(shop, 1)
    made = campaigns.campaign(shop)
    campaigns.step(made)
    return campaigns.launched(made)


def test_what_is_in_doubt_is_never_sent_again_to_a_provider_without_memory() -> None:
    recorder.answer(Ambiguous("timeout"))
    run = launched()

    sending.send_due()
    sending.send_due()

    assert campaigns.states(run) == ["unknown"]
    assert len(recorder.sent) == 1


def test_what_is_in_doubt_is_asked_again_under_the_same_key_where_keys_are_remembered() -> None:
    recorder.become(dedup_ttl_seconds=3600)
    recorder.answer(Ambiguous("timeout"))
    run = launched()
    sending.send_due()
    recorder.answer(Accepted("m-1"))
    campaigns.make_due(run)

    sending.send_due()

    assert campaigns.states(run) == ["accepted"]
    assert len({message.ref for message in recorder.sent}) == 1


def in_doubt() -> Run:
    """A run of one message that a provider with a memory may have taken."""
    recorder.become(dedup_ttl_seconds=3600)
    recorder.answer(Ambiguous("timeout"))
    run = launched()
    sending.send_due()
    campaigns.make_due(run)
    return run


def test_a_busy_provider_does_not_prove_that_an_earlier_try_was_not_taken() -> None:
    run = in_doubt()
    intended_at = campaigns.delivery(run).intent_at
    recorder.answer(NotAccepted("busy"))

    sending.send_due()

    row = campaigns.delivery(run)
    assert (row.state, row.attempt, row.intent_at) == ("queued", 2, intended_at)


def test_given_up_after_a_try_in_doubt_it_stays_in_doubt() -> None:
    run = in_doubt()
    Delivery.unscoped.filter(run=run).update(attempt=6)
    recorder.answer(NotAccepted("busy"))

    sending.send_due()

    row = campaigns.delivery(run)
    assert (row.state, row.reason) == ("unknown", "busy")


def test_a_key_that_the_provider_has_forgotten_is_never_used_again() -> None:
    run = in_doubt()
    Delivery.unscoped.filter(run=run).update(intent_at=F("intent_at") - timedelta(seconds=2881))

    sending.send_due()

    row = campaigns.delivery(run)
    assert (row.state, row.reason) == ("unknown", "in_doubt")
    assert len(recorder.sent) == 1


def test_consent_withdrawn_after_a_try_in_doubt_stops_the_next_and_hides_no_doubt() -> None:
    run = in_doubt()
    person = campaigns.delivery(run).customer
    campaigns.consent(person, "email", "withdrawn")

    sending.send_due()

    row = campaigns.delivery(run)
    assert (row.state, row.reason) == ("unknown", "in_doubt")
    assert len(recorder.sent) == 1


def test_a_cancelled_run_keeps_its_doubts() -> None:
    run = in_doubt()

    steering.cancel(scope=Scope(workspace=run.workspace), run=run, at=build.NOON)

    row = campaigns.delivery(run)
    assert (row.state, row.reason) == ("unknown", "in_doubt")
    assert invariants.broken() == {}


def test_a_receipt_resolves_what_is_in_doubt() -> None:
    recorder.answer(Ambiguous("timeout"))
    run = launched()
    sending.send_due()
    Delivery.unscoped.filter(run=run).update(due_at=build.NOON, delivered_at=build.NOON)

    upkeep.reconcile()

    assert campaigns.states(run) == ["accepted"]


def test_a_look_up_resolves_what_is_in_doubt() -> None:
    recorder.become(lookup_by_ref=True)
    recorder.answer(Ambiguous("timeout"))
    run = launched()
    sending.send_due()
    row = campaigns.delivery(run)
    recorder.looked_up[str(row.pk)] = Accepted("m-7", units=2)
    campaigns.make_due(run)
    Delivery.unscoped.filter(pk=row.pk).update(due_at=build.NOON)

    upkeep.reconcile()

    found = campaigns.delivery(run)
    assert (found.state, found.segments, found.cost_micros) == ("accepted", 2, 60_000)
