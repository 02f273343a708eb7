"""A provider's call against everything that may be thrown at it."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.test import Client

from campaigns.models import Channel, Receipt, Run
from campaigns.rules.webhook_signatures import sign
from campaigns.services import sending
from core import clock
from tests import build
from tests import build_campaigns as campaigns

pytestmark = pytest.mark.django_db
SECRET = "whsec_" + base64.b64encode(b"a secret of enough bytes").decode()
OTHER = "whsec_" + base64.b64encode(b"another of enough bytes!").decode()


@pytest.fixture
def run() -> Run:
    """An SMS sent; its channel then speaks as the HTTP gateway does."""
    shop = build.workspace()
    campaigns.person(shop)
    made = campaigns.campaign(shop)
    campaigns.step(made, "sms")
    launched = campaigns.launched(made)
    sending.send_due()
    Channel.unscoped.filter(pk=channel(launched).pk).update(
        adapter="http_sms", config={"url": "http://127.0.0.1:9", "webhook_secrets": [SECRET]}
    )
    return launched


def channel(run: Run) -> Channel:
    found: Channel = run.steps.get().channel
    return found


def body(*events: dict[str, Any]) -> bytes:
    return orjson.dumps({"events": list(events)})


def event(run: Run, kind: str = "delivered", **changes: Any) -> dict[str, Any]:
    row = campaigns.delivery(run)
    return {
        "id": f"evt_{kind}",
        "type": kind,
        "ref": str(row.pk),
        "message_id": row.provider_message_id,
        "at": clock.now().isoformat(),
    } | changes


def call(run: Run, content: bytes, headers: dict[str, str] | None = None) -> Any:
    signed = sign(SECRET, "msg_1", clock.now(), content) if headers is None else headers
    return Client(enforce_csrf_checks=True).post(
        f"/m/h/{channel(run).pk}", content, content_type="application/json", headers=signed
    )


def test_a_genuine_call_is_believed(run: Run) -> None:
    answer = call(run, body(event(run, "delivered"), event(run, "read")))

    row = campaigns.delivery(run)
    assert (answer.status_code, answer.json()) == (200, {"told": 2, "new": 2})
    assert row.delivered_at is not None
    assert row.read_at is not None


def test_the_same_events_coming_again_change_nothing(run: Run) -> None:
    content = body(event(run, "delivered"))

    answers = [call(run, content) for _ in range(5)]

    assert [answer.json()["new"] for answer in answers] == [1, 0, 0, 0, 0]
    assert Receipt.unscoped.count() == 1


def test_events_of_strangers_are_counted_and_answered_kindly(run: Run) -> None:
    answer = call(run, body(event(run, ref="999999999999"), event(run, "read")))

    assert (answer.status_code, answer.json()["new"]) == (200, 1)
    assert channel(run).orphan_receipts == 1


BAD: dict[str, tuple[int, Callable[[bytes], dict[str, str]]]] = {
    "no signature": (401, lambda _body: {}),
    "of another secret": (401, lambda content: sign(OTHER, "m", clock.now(), content)),
    "of another body": (401, lambda _body: sign(SECRET, "m", clock.now(), b"{}")),
    "six minutes old": (
        400,
        lambda content: sign(SECRET, "m", clock.now() - timedelta(minutes=6), content),
    ),
    "six minutes ahead": (
        400,
        lambda content: sign(SECRET, "m", clock.now() + timedelta(minutes=6), content),
    ),
    "a spoilt time": (
        400,
        lambda content: sign(SECRET, "m", clock.now(), content) | {"webhook-timestamp": "soon"},
    ),
}


@pytest.mark.parametrize("kind", list(BAD))
def test_a_call_that_is_not_genuine_changes_nothing(run: Run, kind: str) -> None:
    status, headers = BAD[kind]
    content = body(event(run))

    answer = call(run, content, headers(content))

    assert answer.status_code == status
    assert Receipt.unscoped.count() == 0


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"events": 5}', b"\xff\xfe"])
def test_a_signed_call_that_cannot_be_read_is_refused(run: Run, content: bytes) -> None:
    answer = call(run, content)

    assert answer.status_code == 400
    assert Receipt.unscoped.count() == 0


def test_an_unknown_channel_and_other_methods_are_not_served(run: Run) -> None:
    client = Client()

    unknown = client.post("/m/h/999999", b"{}", content_type="application/json")
    looked = client.get(f"/m/h/{channel(run).pk}")

    assert (unknown.status_code, looked.status_code) == (404, 405)


def test_a_channel_that_takes_no_calls_says_so(run: Run) -> None:
    Channel.unscoped.filter(pk=channel(run).pk).update(config={"url": "http://127.0.0.1:9"})

    answer = call(run, body(event(run)))

    assert answer.status_code == 404


MAD = ["9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59+00:00", "2999-01-01T00:00:00+00:00"]
OLD = ["0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00+00:00", "1970-01-01T00:00:00+00:00"]


@pytest.mark.parametrize("said", MAD)
@pytest.mark.parametrize("speed", [1, 3600])
def test_a_provider_whose_clock_is_mad_tells_no_future(said: str, speed: int, run: Run) -> None:
    run = run if speed == 1 else hurried(run)

    answer = call(run, body(event(run, "delivered", at=said), event(run, "read")))

    row = campaigns.delivery(run)
    assert (answer.status_code, answer.json()["new"]) == (200, 2)
    assert row.delivered_at is not None
    assert row.read_at is not None
    assert row.delivered_at <= clock.now()


@pytest.mark.parametrize("said", OLD)
def test_a_fact_of_before_all_times_costs_no_other(said: str, run: Run) -> None:
    answer = call(run, body(event(run, "delivered", at=said), event(run, "read")))

    row = campaigns.delivery(run)
    assert (answer.status_code, answer.json()["new"]) == (200, 1)
    assert (row.delivered_at, channel(run).orphan_receipts) == (None, 1)
    assert row.read_at is not None


def test_a_fact_of_before_the_run_is_of_its_beginning(run: Run) -> None:
    run = hurried(run)
    long_ago = (clock.now() - timedelta(days=300)).isoformat()

    call(run, body(event(run, "delivered", at=long_ago)))

    assert campaigns.delivery(run).delivered_at == run.business_start


def hurried(run: Run) -> Run:
    """Another run of the same campaign, whose hours are seconds."""
    Run.unscoped.filter(pk=run.pk).update(state="cancelled")
    gateway = channel(run)
    Channel.unscoped.filter(pk=gateway.pk).update(adapter="recorder", config={})
    made, now = run.campaign, clock.now()
    fast = campaigns.launched(made, at=now, business_start=now - timedelta(days=60), speed=3600)
    sending.send_due()
    Channel.unscoped.filter(pk=gateway.pk).update(
        adapter="http_sms", config={"url": "http://127.0.0.1:9", "webhook_secrets": [SECRET]}
    )
    return fast


@pytest.mark.parametrize("field", ["id", "ref", "message_id"])
def test_a_sign_that_no_row_can_hold_costs_no_other_fact(field: str, run: Run) -> None:
    spoilt = event(run, "delivered") | {"ref": "", field: "a\0b"}

    answer = call(run, body(spoilt, event(run, "read")))

    assert answer.status_code == 200
    assert campaigns.delivery(run).read_at is not None


@pytest.mark.parametrize("name", ["²", "٣", "1" * 5_000, "-1", "1e3", " 1"])
def test_a_reference_that_is_no_number_of_ours_is_a_strangers(name: str, run: Run) -> None:
    answer = call(run, body(event(run, ref=name)))

    assert (answer.status_code, answer.json()["new"]) == (200, 0)
    assert channel(run).orphan_receipts == 1
