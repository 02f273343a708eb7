"""Races at the gate: caps, withdrawn consents and zombies, each with the lock and without."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from campaigns.models import Delivery, Run
from campaigns.services import claiming, gate, steering
from campaigns.services.claiming import Batch
from campaigns.services.locks import database_time
from core import invariants
from core.models import Workspace
from core.scoping import Scope
from crm.models import Customer
from crm.services import consents
from demo.sinks.running import RunningSinks
from tests import build
from tests import build_campaigns as campaigns
from tests.chaos import workers

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
THREADS = 12
CAP = 3
Gate = Callable[[Batch], None]


def batches(shop: Workspace, number: int) -> list[Batch]:
    """So many campaigns for the same people, each claimed by a worker of its own."""
    runs = []
    for _ in range(number):
        made = campaigns.campaign(shop, cap_messages=CAP)
        campaigns.step(made)
        runs.append(campaigns.launched(made))
    found = [claiming.claim() for _ in runs]
    return [batch for batch in found if batch is not None]


def together(work: list[Callable[[], None]]) -> None:
    """Do all of it at once, each in a thread with a connection of its own."""
    threads = [Thread(target=_alone, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def _alone(work: Callable[[], None]) -> None:
    try:
        work()
    finally:
        connection.close()


def intents_each(shop: Workspace) -> list[int]:
    """How many messages each person was to get."""
    return [
        Delivery.unscoped.filter(customer=one, intent_at__isnull=False).count()
        for one in Customer.objects.within(shop)
    ]


def test_twelve_campaigns_at_once_keep_the_cap_of_each_person() -> None:
    shop = build.workspace()
    campaigns.people(shop, 8)
    claimed = batches(shop, THREADS)
    start = Barrier(THREADS)

    def pass_gate(batch: Batch) -> None:
        start.wait(20)
        gate.pass_through(batch=batch, rows=batch.rows)

    together([lambda batch=batch: pass_gate(batch) for batch in claimed])  # type: ignore[misc]

    assert intents_each(shop) == [CAP] * 8


def test_without_the_customers_lock_the_cap_is_broken() -> None:
    """The negative control: everybody decides before anybody commits."""
    shop = build.workspace()
    campaigns.people(shop, 8)
    claimed = batches(shop, THREADS)
    decided = Barrier(THREADS)

    def pass_gate(batch: Batch) -> None:
        with transaction.atomic():
            gate.decide(batch=batch, rows=batch.rows, at=database_time())
            decided.wait(20)

    together([lambda batch=batch: pass_gate(batch) for batch in claimed])  # type: ignore[misc]

    assert max(intents_each(shop)) > CAP


def intended_in_a_pause() -> int:
    """Pause between the claim and the gate: how many are still intended."""
    shop = build.workspace()
    campaigns.people(shop, 8)
    (batch,) = batches(shop, 1)
    steering.pause(scope=Scope(workspace=shop), run=batch.step.run, at=build.NOON)
    return len(gate.pass_through(batch=batch, rows=batch.rows))


def test_a_pause_holds_back_what_was_claimed_before_it() -> None:
    assert intended_in_a_pause() == 0


def test_a_gate_that_does_not_ask_about_the_pause_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    monkeypatch.setattr(gate, "_GATE", gate._GATE.saying("run.state <> 'running'", "false"))

    assert intended_in_a_pause() == 8


def pause_overtakes_the_gate() -> bool:
    """Pause while the gate waits for the delivery's row: is that done before the intent is?"""
    shop = build.workspace()
    campaigns.people(shop, 1)
    (batch,) = batches(shop, 1)
    run, scope = batch.step.run, Scope(workspace=shop)
    gating = Thread(target=_alone, args=(lambda: gate.pass_through(batch=batch, rows=batch.rows),))
    pausing = Thread(
        target=_alone, args=(lambda: steering.pause(scope=scope, run=run, at=build.NOON),)
    )
    with transaction.atomic():
        Delivery.unscoped.filter(run=run).update(priority=4)
        gating.start()
        time.sleep(0.5)
        pausing.start()
        pausing.join(1)
        is_paused = not pausing.is_alive()
    gating.join(20)
    pausing.join(20)
    return is_paused


def test_a_pause_is_answered_when_no_intent_follows_it() -> None:
    assert not pause_overtakes_the_gate()


def test_a_gate_that_does_not_hold_the_run_is_overtaken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    monkeypatch.setattr(gate, "_GATE", gate._GATE.saying("FOR SHARE OF run", ""))

    assert pause_overtakes_the_gate()


def withdraw_during_the_gate(pass_gate: Gate) -> int:
    """Withdraw while the gate waits for the delivery's row; how many were written to after it."""
    shop = build.workspace()
    who = campaigns.person(shop)
    made = campaigns.campaign(shop)
    campaigns.step(made)
    run = campaigns.launched(made)
    batch = claiming.claim()
    assert batch is not None
    gating = Thread(target=_alone, args=(lambda: pass_gate(batch),))
    leaving = Thread(target=_alone, args=(lambda: _withdraw(shop, who),))
    with transaction.atomic():
        # A changed row makes the waiting gate look at the clock again.
        Delivery.unscoped.filter(run=run).update(priority=4)
        gating.start()
        time.sleep(0.5)
        leaving.start()
        time.sleep(0.5)
    gating.join(20)
    leaving.join(20)
    return invariants.broken().get("sends.S6", 0)


def _withdraw(shop: Workspace, who: Customer, channel: str = "email") -> None:
    consents.withdraw(
        scope=Scope(workspace=shop),
        customer=who,
        channel=channel,
        stated_at=build.NOON,
        source="test",
    )


def test_nobody_is_written_to_after_their_withdrawal_is_committed() -> None:
    def pass_gate(batch: Batch) -> None:
        gate.pass_through(batch=batch, rows=batch.rows)

    assert withdraw_during_the_gate(pass_gate) == 0


def test_without_the_customers_lock_somebody_is_written_to_after_withdrawing() -> None:
    """The negative control: the gate has read the consent, and acts on it too late."""

    def pass_gate(batch: Batch) -> None:
        with transaction.atomic():
            gate.decide(batch=batch, rows=batch.rows, at=database_time())

    assert withdraw_during_the_gate(pass_gate) == 1


def test_withdrawals_during_a_send_are_all_kept(sinks: RunningSinks, short_leases: None) -> None:
    shop = build.workspace()
    run = launched(shop, sinks, 2 * workers.IN_FLIGHT + 200)
    leavers = list(Customer.objects.within(shop).order_by("-pk")[:60])

    with workers.at_work(workers.as_built, size=2, seed=3):
        for who in leavers:
            _withdraw(shop, who, "sms")
        workers.wait_until_over(run)

    refused = Delivery.unscoped.filter(run=run, reason="consent_withdrawn").count()
    assert invariants.broken() == {}
    assert refused > 0


def launched(shop: Workspace, sinks: RunningSinks, people: int) -> Run:
    config: dict[str, Any] = {
        "url": sinks.sms_url,
        "concurrency": 4,
        "webhook_secrets": [sinks.webhook_secret],
        "dedup_ttl_seconds": 3600,
    }
    campaigns.crowd(shop, people)
    made = campaigns.campaign(shop)
    channel = campaigns.channel(shop, "sms", adapter="http_sms", config=config)
    campaigns.step(made, "sms", through=channel)
    return campaigns.launched(made)


# Well over the two and a half seconds that a group and the one behind it take at this latency: a
# lease that is shorter than honest work would be lost by everybody, for ever.
LEASE_SECONDS = 5.0


def test_a_zombie_that_wakes_up_writes_nothing_and_doubles_nobody(
    sinks: RunningSinks, short_leases: None, settings: Any
) -> None:
    settings.SEND_CLAIM_SECONDS = settings.SEND_LEASE_SECONDS = LEASE_SECONDS
    sinks.configure(sms={"latency": [0.05, 0.15]})
    shop = build.workspace()
    run = launched(shop, sinks, 240)

    with workers.at_work(workers.as_built, size=2, seed=5) as crew:
        wait_until_intended(run)
        with asleep(crew.pids), workers.at_work(workers.as_built, size=1, seed=6):
            time.sleep(1.5 * LEASE_SECONDS)
        workers.wait_until_over(run)

    refs = [line["ref"] for line in sinks.accepted("sms")]
    assert run.state == "finished"
    assert run.lease_conflicts > 0
    assert len(refs) == len(set(refs)) == 240
    assert invariants.broken() == {}


def wait_until_intended(run: Run) -> None:
    """Return when a worker has messages on their way."""
    deadline = time.monotonic() + 30
    on_their_way = Delivery.objects.within(run.workspace_id).filter(state="sending")
    while not on_their_way.exists() and time.monotonic() < deadline:
        time.sleep(0.01)


@contextmanager
def asleep(pids: list[int]) -> Iterator[None]:
    """SIGSTOP for the length of the block: whoever holds a lease is a zombie afterwards."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
