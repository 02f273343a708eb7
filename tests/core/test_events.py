"""Facts are recorded with their transaction, relayed once, and parked when they keep failing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from core import subscriptions
from core.models import Event, Job
from core.services import events, relay
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What a subscriber of test.happened has heard, by event id."""
    monkeypatch.setattr(subscriptions, "_subscribers", {})
    ids: list[int] = []
    monkeypatch.setitem(
        subscriptions._subscribers, "test.happened", [lambda event: ids.append(event.pk)]
    )
    return ids


def refuse(_event: Event) -> None:
    raise ValueError("no")


def ask(event: Event) -> None:
    build.job(within=event.workspace, kind="test.asked")


def test_a_fact_reaches_its_subscriber_once(heard: list[int]) -> None:
    event = build.event(within=build.workspace())

    relay.relay_due()
    relay.relay_due()

    assert heard == [event.pk]


def test_a_fact_nobody_listens_to_is_relayed_too() -> None:
    event = build.event(within=build.workspace(), name="test.unheard")

    relay.relay_due()

    event.refresh_from_db()
    assert event.relayed_at is not None


def test_a_fact_of_a_rolled_back_change_was_never_said(heard: list[int]) -> None:
    home = build.workspace()
    with transaction.atomic():
        events.record(tenant=home, name="test.happened", at=build.NOON)
        transaction.set_rollback(True)

    relay.relay_due()

    assert heard == []


def test_a_failing_subscriber_postpones_the_fact_and_keeps_its_error(heard: list[int]) -> None:
    subscriptions._subscribers["test.happened"] = [refuse]
    event = build.event(within=build.workspace())

    relay.relay_due()

    event.refresh_from_db()
    assert (event.relayed_at, event.attempts, event.last_error) == (None, 1, "ValueError: no")
    assert event.next_try_at > datetime.now(UTC)


def test_a_failing_fact_stops_no_other(heard: list[int]) -> None:
    home = build.workspace()
    subscriptions._subscribers["test.refused"] = [refuse]
    build.event(within=home, name="test.refused")
    good = build.event(within=home)

    relay.relay_due()

    assert heard == [good.pk]


def test_what_a_failing_subscriber_wrote_is_undone(heard: list[int]) -> None:
    home = build.workspace()
    subscriptions._subscribers["test.happened"] = [
        ask,
        refuse,
    ]
    build.event(within=home)

    relay.relay_due()

    assert relay.waiting() == 1
    assert not Job.objects.within(home).exists()


def fail_until_parked(event: Event) -> None:
    for _ in range(relay.PARK_AFTER):
        Event.unscoped.filter(pk=event.pk).update(next_try_at=F("next_try_at") - timedelta(days=1))
        relay.relay_due()
    event.refresh_from_db()


def test_a_fact_that_keeps_failing_is_parked(heard: list[int]) -> None:
    subscriptions._subscribers["test.happened"] = [refuse]
    event = build.event(within=build.workspace())

    fail_until_parked(event)

    assert event.parked_at is not None
    assert relay.waiting() == 0


def test_an_unparked_fact_is_tried_again(heard: list[int]) -> None:
    listener = subscriptions._subscribers["test.happened"]
    subscriptions._subscribers["test.happened"] = [refuse]
    event = build.event(within=build.workspace())
    fail_until_parked(event)

    subscriptions._subscribers["test.happened"] = listener
    relay.unpark(event=event)
    relay.relay_due()

    assert heard == [event.pk]


def test_what_a_fact_said_cannot_be_changed() -> None:
    event = build.event(within=build.workspace())

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Event.unscoped.filter(pk=event.pk).update(payload={"other": 1})

    event.refresh_from_db()
    assert event.payload == {}
