"""kill -9 of senders in the middle of a send: nobody twice, nobody lost without a word (S2, S3)."""

import time
from collections import Counter
from typing import Any

import pytest

from campaigns.models import Channel, Delivery, Run
from campaigns.services import steering, upkeep
from core import invariants
from core.models import Workspace
from demo.sinks.running import RunningSinks
from tests import build
from tests import build_campaigns as campaigns
from tests.chaos import workers

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("short_leases"),
]
PEOPLE = 2_000
KILLS = 20


def sms(shop: Workspace, sinks: RunningSinks, **config: Any) -> Channel:
    terms = {"url": sinks.sms_url, "concurrency": 4, "webhook_secrets": [sinks.webhook_secret]}
    return campaigns.channel(shop, "sms", adapter="http_sms", config=terms | config)


def smtp(shop: Workspace, sinks: RunningSinks) -> Channel:
    config = {"sender": "Shop <shop@example.org>", "host": "127.0.0.1", "port": sinks.smtp_port}
    return campaigns.channel(shop, "email", adapter="smtp", config=config)


def launched(shop: Workspace, through: Channel, people: int = PEOPLE) -> Run:
    campaigns.crowd(shop, people)
    made = campaigns.campaign(shop)
    campaigns.step(made, through.kind, through=through)
    return campaigns.launched(made)


def accepted_refs(sinks: RunningSinks, name: Any) -> Counter[str]:
    """How often the provider took each key: the truth."""
    return Counter(str(line["ref"]) for line in sinks.accepted(name))


def ours(run: Run, *states: str) -> set[str]:
    found = Delivery.unscoped.filter(run=run, state__in=states)
    return {str(key) for key in found.values_list("pk", flat=True)}


def test_a_provider_that_dedups_gets_everybody_exactly_once(sinks: RunningSinks) -> None:
    shop = build.workspace()
    run = launched(shop, sms(shop, sinks, dedup_ttl_seconds=3600))

    crew = workers.see_through(run, turn=workers.as_built, kills=KILLS)

    truth = accepted_refs(sinks, "sms")
    assert crew.kills == KILLS
    assert run.state == "finished"
    assert max(truth.values()) == 1
    assert set(truth) == ours(run, "accepted")
    assert len(truth) == PEOPLE
    assert invariants.broken() == {}


def test_a_plain_provider_gets_nobody_twice_and_what_is_in_doubt_is_named(
    sinks: RunningSinks,
) -> None:
    sinks.configure(sms={"dedup": False})
    shop = build.workspace()
    run = launched(shop, sms(shop, sinks))

    workers.see_through(run, turn=workers.as_built, kills=KILLS)

    truth = accepted_refs(sinks, "sms")
    in_doubt = ours(run, "unknown")
    assert run.state == "finished"
    assert max(truth.values()) == 1
    assert ours(run, "accepted") <= set(truth)
    assert ours(run, "accepted") | in_doubt == ours(run, *Delivery.State.values)
    assert set(truth) - ours(run, "accepted") <= in_doubt
    assert len(in_doubt) <= KILLS * workers.IN_FLIGHT
    assert invariants.broken() == {}


def test_what_is_in_doubt_is_resolved_by_asking_the_provider(
    sinks: RunningSinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "LOOK_AGAIN", upkeep.LOOK_AGAIN * 0)
    sinks.configure(sms={"dedup": False})
    shop = build.workspace()
    run = launched(shop, sms(shop, sinks), people=200)
    workers.see_through(run, turn=workers.as_built, kills=5)

    deadline = time.monotonic() + 20
    while ours(run, "unknown") and time.monotonic() < deadline:
        upkeep.reconcile()

    truth = accepted_refs(sinks, "sms")
    assert ours(run, "unknown") == set()
    assert ours(run, "accepted") == set(truth)
    assert ours(run, "failed") == ours(run, *Delivery.State.values) - set(truth)


def test_letters_over_plain_smtp_reach_nobody_twice(sinks: RunningSinks) -> None:
    shop = build.workspace()
    run = launched(shop, smtp(shop, sinks), people=800)

    workers.see_through(run, turn=workers.as_built, kills=6)

    truth = accepted_refs(sinks, "smtp")
    assert run.state == "finished"
    assert max(truth.values()) == 1
    assert ours(run, "accepted") <= set(truth)
    assert set(truth) <= ours(run, "accepted", "unknown")


def test_without_an_intent_before_the_call_people_are_written_to_twice(
    sinks: RunningSinks,
) -> None:
    """The negative control: the same kills, and the duplicates are seen."""
    sinks.configure(sms={"dedup": False})
    shop = build.workspace()
    run = launched(shop, sms(shop, sinks), people=400)

    workers.see_through(run, turn=workers.without_intent, kills=8, seconds=10)

    truth = accepted_refs(sinks, "sms")
    assert max(truth.values()) > 1


def intents(run: Run) -> int:
    return Delivery.unscoped.filter(run=run, intent_at__isnull=False).count()


def test_pauses_and_a_resume_leave_everybody_counted(sinks: RunningSinks, settings: Any) -> None:
    # Nobody is killed here, so a lease may outlast the groups that wait for a slow provider.
    settings.SEND_LEASE_SECONDS = 60.0
    # Slow enough, and more people than two workers take up at once: not over before the pauses.
    sinks.configure(sms={"latency": [0.1, 0.2]})
    people = 2 * workers.IN_FLIGHT + 300
    shop = build.workspace()
    scope = build.scope(shop)
    run = launched(shop, sms(shop, sinks, dedup_ttl_seconds=3600), people=people)

    with workers.at_work(workers.as_built, size=2, seed=1):
        for _ in range(15):
            steering.pause(scope=scope, run=run, at=build.NOON)
            steering.resume(scope=scope, run=run, at=build.NOON)
            time.sleep(0.05)
        steering.pause(scope=scope, run=run, at=build.NOON)
        time.sleep(1)
        before = intents(run)
        time.sleep(1)
        after = intents(run)
        steering.resume(scope=scope, run=run, at=build.NOON)
        workers.wait_until_over(run)

    truth = accepted_refs(sinks, "sms")
    assert before == after < people
    assert (len(truth), max(truth.values())) == (people, 1)
    assert invariants.broken() == {}
