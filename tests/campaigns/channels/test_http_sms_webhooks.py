"""What a gateway's webhook may say, and the calls that are not believed."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from campaigns.channels.base import WebhookError
from campaigns.channels.http_sms import UNREADABLE, HttpSmsAdapter
from campaigns.rules.receipts import Kind
from campaigns.rules.webhook_signatures import sign

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ="])
def test_an_endpoint_without_a_real_secret_refuses_to_start(secret: str) -> None:
    with pytest.raises(ValueError, match="webhook secret"):
        HttpSmsAdapter({"url": "https://sms.example", "webhook_secrets": [secret]})


def received(*events: Any, body: bytes | None = None) -> list[Any]:
    adapter = HttpSmsAdapter({"url": "https://sms.example", "webhook_secrets": [SECRET]})
    content = orjson.dumps({"events": events}) if body is None else body
    return adapter.read_webhook(sign(SECRET, "msg_1", NOW, content), content, at=NOW)


FACT = {
    "id": "e1",
    "type": "read",
    "ref": "17",
    "message_id": "sms-1",
    "at": "2026-04-30T10:00:00+00:00",
}


def test_facts_of_a_genuine_call_are_read() -> None:
    (receipt,) = received(FACT)

    assert (receipt.kind, receipt.ref, receipt.provider_message_id) == (Kind.READ, "17", "sms-1")
    assert receipt.at == datetime(2026, 4, 30, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "event",
    [
        "text",
        None,
        {},
        FACT | {"type": "exploded"},
        FACT | {"at": "yesterday"},
        FACT | {"at": "2026-04-30T10:00:00"},
        FACT | {"at": 5},
    ],
)
def test_one_bad_fact_does_not_lose_the_others(event: Any) -> None:
    assert [receipt.kind for receipt in received(event, FACT)] == [UNREADABLE, Kind.READ]


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        (b"not json", "bad_body", 400),
        (b"[]", "bad_body", 400),
        (b'{"events": 5}', "bad_body", 400),
        (b'{"events": [' + b"1," * 6_000 + b"1]}", "too_many_events", 413),
        (b" " * 2_000_000, "too_large", 413),
    ],
)
def test_a_body_that_cannot_be_is_refused(body: bytes, code: str, status: int) -> None:
    with pytest.raises(WebhookError) as caught:
        received(body=body)

    assert (caught.value.code, caught.value.status) == (code, status)


def test_an_unsigned_call_is_refused() -> None:
    adapter = HttpSmsAdapter({"url": "https://sms.example", "webhook_secrets": [SECRET]})

    with pytest.raises(WebhookError) as caught:
        adapter.read_webhook({}, b"{}", at=NOW)

    assert (caught.value.code, caught.value.status) == ("no_signature", 401)


def test_without_a_secret_no_call_is_believed() -> None:
    body = orjson.dumps({"events": [FACT]})
    with pytest.raises(WebhookError) as caught:
        HttpSmsAdapter({"url": "https://sms.example"}).read_webhook(
            sign(SECRET, "msg_1", NOW, body), body, at=NOW
        )

    assert caught.value.status == 404
