"""What happens to a person or a run after the claim is seen at the gate; the cap to the microsecond."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from campaigns.models import Campaign, Delivery, Run
from campaigns.services import claiming, gate, sending, steering
from campaigns.services.locks import database_time
from core import invariants
from core.models import Workspace
from crm.models import Customer
from tests import build
from tests import build_campaigns as campaigns

pytestmark = pytest.mark.django_db
INSTANT, WEEK = timedelta(microseconds=1), timedelta(days=7)


@pytest.fixture
def shop() -> Workspace:
    return build.workspace()


def letter(shop: Workspace, **terms: object) -> Campaign:
    made = campaigns.campaign(shop, **terms)
    campaigns.step(made)
    return made


def cancelled(run: Run, _who: Customer) -> None:
    steering.cancel(scope=build.scope(run.workspace), run=run, at=build.NOON)


def paused_and_resumed(run: Run, _who: Customer) -> None:
    scope = build.scope(run.workspace)
    steering.pause(scope=scope, run=run, at=build.NOON)
    steering.resume(scope=scope, run=run, at=build.NOON)


def erased(_run: Run, who: Customer) -> None:
    who.identities.all().delete()


def moved(_run: Run, who: Customer) -> None:
    who.identities.filter(kind="email").update(value="another@example.org")


def unsubscribed(_run: Run, who: Customer) -> None:
    campaigns.unsubscribed(who)


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (cancelled, ("cancelled", "run_cancelled")),
        (paused_and_resumed, ("sending", "")),
        (erased, ("suppressed", "address_changed")),
        (moved, ("suppressed", "address_changed")),
        (unsubscribed, ("suppressed", "consent_withdrawn")),
    ],
)
def test_the_gate_sees_what_has_happened_since_the_claim(
    shop: Workspace, event: Callable[[Run, Customer], None], outcome: tuple[str, str]
) -> None:
    who = campaigns.person(shop)
    run = campaigns.launched(letter(shop))
    batch = claiming.claim()
    assert batch is not None
    event(run, who)

    intents = gate.decide(batch=batch, rows=batch.rows, at=database_time())

    row = campaigns.delivery(run)
    assert (row.state, row.reason) == outcome
    assert len(intents) == (outcome[0] == "sending")
    assert invariants.broken() == {}


@pytest.mark.parametrize(
    ("earlier", "state"),
    [(WEEK, "sending"), (WEEK - INSTANT, "suppressed"), (-WEEK, "sending"),
     (INSTANT - WEEK, "suppressed")],
    ids=str,
)  # fmt: skip
def test_the_days_of_the_cap_end_to_the_microsecond(
    shop: Workspace, earlier: timedelta, state: str
) -> None:
    campaigns.person(shop)
    before = campaigns.launched(letter(shop, cap_messages=1, cap_days=7))
    sending.send_due()
    run = campaigns.launched(letter(shop, cap_messages=1, cap_days=7))
    batch, at = claiming.claim(), database_time()
    assert batch is not None
    Delivery.unscoped.filter(run=before).update(intent_business_at=at - earlier)

    gate.decide(batch=batch, rows=batch.rows, at=at)

    assert campaigns.states(run) == [state]
