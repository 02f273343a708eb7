"""A provider that fails, doubles, shuffles and forges: the end state is what truly happened."""

import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from campaigns.models import Channel, Delivery, Receipt, Run
from campaigns.services import outcomes, sending, upkeep
from core import invariants
from core.models import Workspace
from demo.sinks.personality import Personality
from demo.sinks.running import RunningSinks
from tests import build
from tests import build_campaigns as campaigns

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("short_leases"),
]
PEOPLE = 300
FAULTS = [
    {"kind": "503", "rate": 0.1},
    {"kind": "429", "rate": 0.1, "retry_after": "1"},
    {"kind": "reset_after", "rate": 0.03},
    {"kind": "500_after", "rate": 0.03},
    {"kind": "truncated", "rate": 0.02},
]


def launched(sinks: RunningSinks, **config: Any) -> Run:
    shop: Workspace = build.workspace()
    campaigns.crowd(shop, PEOPLE)
    made = campaigns.campaign(shop)
    terms = {"url": sinks.sms_url, "webhook_secrets": [sinks.webhook_secret], "concurrency": 8}
    channel = campaigns.channel(shop, "sms", adapter="http_sms", config=terms | config)
    campaigns.step(made, "sms", through=channel)
    return campaigns.launched(made)


def send_it_all(run: Run, seconds: float = 30) -> None:
    """Turn after turn, with every wait cut short."""
    deadline = time.monotonic() + seconds
    while run.state != "finished" and time.monotonic() < deadline:
        campaigns.make_due(run)
        Channel.unscoped.update(rest_until=None)
        sending.send_due()
        run.refresh_from_db()


def ask_about_all_in_doubt(run: Run, seconds: float = 15) -> None:
    """What ran out of tries after a lost answer is resolved by the provider's word."""
    deadline = time.monotonic() + seconds
    while ours(run, "unknown") and time.monotonic() < deadline:
        Delivery.unscoped.filter(run=run, state="unknown").update(due_at=build.NOON)
        upkeep.reconcile()


def refs(sinks: RunningSinks) -> Counter[str]:
    return Counter(str(line["ref"]) for line in sinks.accepted("sms"))


def ours(run: Run, *states: str) -> set[str]:
    found = Delivery.unscoped.filter(run=run, state__in=states)
    return {str(key) for key in found.values_list("pk", flat=True)}


def test_a_failing_provider_that_dedups_gets_everybody_once(sinks: RunningSinks) -> None:
    sinks.configure(sms={"faults": FAULTS})
    run = launched(sinks, dedup_ttl_seconds=3600)

    send_it_all(run)
    ask_about_all_in_doubt(run)

    truth = refs(sinks)
    assert run.state == "finished"
    assert max(truth.values()) == 1
    assert set(truth) == ours(run, "accepted")
    assert len(truth) + len(ours(run, "failed")) == PEOPLE
    assert invariants.broken() == {}


def test_a_failing_plain_provider_is_never_sent_what_is_in_doubt(
    sinks: RunningSinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "LOOK_AGAIN", timedelta(days=3650))
    sinks.configure(sms={"faults": FAULTS, "dedup": False})
    run = launched(sinks)

    send_it_all(run)

    truth, in_doubt = refs(sinks), ours(run, "unknown")
    assert run.state == "finished"
    assert max(truth.values()) == 1
    assert in_doubt
    assert set(truth) == ours(run, "accepted") | in_doubt
    assert invariants.broken() == {}


def test_what_is_in_doubt_and_sent_again_is_doubled(
    sinks: RunningSinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: a lost answer taken for a refusal."""
    monkeypatch.setattr(
        outcomes,
        "_in_doubt",
        lambda intent, reason, _memory, at: outcomes._again(intent, reason, None, at),
    )
    sinks.configure(sms={"faults": FAULTS, "dedup": False})
    run = launched(sinks)

    send_it_all(run)

    assert max(refs(sinks).values()) > 1


def test_receipts_that_are_doubled_shuffled_early_and_forged_end_as_what_happened(
    sinks: RunningSinks, live_server: LiveServer
) -> None:
    run = launched(sinks, dedup_ttl_seconds=3600)
    channel = run.steps.get().channel
    reading = {
        "delivered_rate": 0.9, "delivered_delay": [0.0, 0.2], "read_rate": 0.5,
        "read_delay": [0.0, 0.2], "click_rate": 0.0,
    }  # fmt: skip
    hooks = {
        "url": f"{live_server.url}/m/h/{channel.pk}", "copies": 4, "is_permuted": True,
        "bad_signature_rate": 0.2, "unknown_ref_rate": 0.1, "batch": 40,
    }  # fmt: skip
    sinks.configure(sms={"reading": reading, "webhooks": hooks, "latency": [0.0, 0.0]})
    person = Personality().changed({"reading": reading})
    expected = {
        "delivered": {r for r in ours(run, "queued") if person.draw("delivered", r) < 0.9},
    }
    expected["read"] = {r for r in expected["delivered"] if person.draw("read", r) < 0.5}

    send_it_all(run)
    wait_for_receipts(run, len(expected["read"]))

    rows = Delivery.unscoped.filter(run=run)
    assert keys(rows.filter(delivered_at__isnull=False)) == expected["delivered"]
    assert keys(rows.filter(read_at__isnull=False)) == expected["read"]
    assert Receipt.unscoped.filter(kind="clicked").count() == 0
    assert Channel.unscoped.get(pk=channel.pk).orphan_receipts > 0
    assert invariants.broken() == {}


def keys(rows: Any) -> set[str]:
    return {str(key) for key in rows.values_list("pk", flat=True)}


def wait_for_receipts(run: Run, number: int) -> None:
    deadline = time.monotonic() + 25
    read = Delivery.unscoped.filter(run=run, read_at__isnull=False)
    while read.count() < number and time.monotonic() < deadline:
        time.sleep(0.2)
