"""What waits is looked up by the person, even where nothing waited when the tables were counted."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from campaigns.models import Run
from campaigns.rules.facts import Fact
from campaigns.services import receiving, sending
from campaigns.services.suppressing import suppress
from core.models import Workspace
from tests import build, index_reads, upkeep
from tests import build_campaigns as campaigns

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 150
COUNTED = ("campaigns_delivery", "campaigns_audiencemember", "campaigns_suppression")
NATURAL = """
UPDATE campaigns_delivery AS delivery SET reason = '' FROM campaigns_audiencemember AS member
WHERE member.customer_id = delivery.customer_id AND member.run_id = delivery.run_id
  AND member.id = ANY(%s) AND delivery.state = 'queued' AND delivery.intent_at IS NULL
"""


@pytest.fixture(autouse=True)
def no_upkeep() -> Iterator[None]:
    with upkeep.held_off(*COUNTED):
        upkeep.as_just_installed()
        yield


def half_sent(shop: Workspace) -> Run:
    """Everybody's e-mail sent, everybody's SMS waits."""
    run = campaigns.launched(campaigns.cascade(shop))
    sending.send_due()
    return run


@pytest.fixture
def run() -> Run:
    """Launched after the tables were vacuumed with nothing in the queue."""
    shop = build.workspace()
    campaigns.people(shop, PEOPLE)
    for _ in range(2):
        before = half_sent(shop)
        facts = [fact_of(before, number) for number in range(PEOPLE)]
        receiving.receive(facts=facts, source="test")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE " + ", ".join(COUNTED[:2]))
    return half_sent(shop)


def fact_of(run: Run, number: int) -> Fact:
    """One of them reads."""
    row = campaigns.deliveries(run)[number]
    at = run.real_start + timedelta(minutes=1)
    return Fact(row.pk, row.customer_id, "read", at, event_id=f"read {row.pk}")


def reads_of_the_queue() -> int:
    return index_reads.of_index("campaigns_delivery_due")


def test_a_reading_goes_through_nobody_elses_messages(run: Run) -> None:
    before = reads_of_the_queue()

    receiving.receive(facts=[fact_of(run, 7)], source="test")

    assert campaigns.states(run, 2).count("suppressed") == 1
    assert reads_of_the_queue() - before <= 1


def test_asked_plainly_it_goes_through_them_all(run: Run) -> None:
    reader = campaigns.deliveries(run)[7].member_id
    before = reads_of_the_queue()

    with connection.cursor() as cursor:
        cursor.execute(NATURAL, [[reader]])

    assert reads_of_the_queue() - before >= PEOPLE


def test_the_gate_reads_one_place_of_the_stop_list_however_it_has_grown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its plan was made for a session when nobody stood there."""
    monkeypatch.setattr(sending, "GROUP", 2)
    shop = build.workspace()
    campaigns.people(shop, 20)
    half_sent(shop)
    strangers = [f"stranger{number}@example.org" for number in range(200)]
    suppress(workspace_id=shop.pk, channel_kind="email", addresses=strangers, reason="complaint")
    before = index_reads.of_index("campaigns_suppression_once")

    run = half_sent(shop)

    assert campaigns.states(run) == ["accepted"] * 20
    assert index_reads.of_index("campaigns_suppression_once") - before < 20
