"""Signed calls of a provider and the forged ones."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.rules.webhook_signatures import SignatureError, key_of, sign, verify

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
NOW = datetime(2026, 5, 1, tzinfo=UTC)
BODY = b'{"test": 2432232314}'
HEADERS = sign(SECRET, "msg_1", NOW, BODY)


def refusal(headers: dict[str, str], body: bytes = BODY, at: datetime = NOW) -> tuple[str, int]:
    with pytest.raises(SignatureError) as caught:
        verify([SECRET], headers, body, at=at)
    return caught.value.code, caught.value.status


def test_the_published_example_of_the_standard_is_reproduced() -> None:
    at = datetime.fromtimestamp(1_614_265_330, UTC)
    headers = sign(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, BODY)

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_genuine_call_is_believed_whatever_the_case_of_its_headers() -> None:
    shouted = {name.title(): value for name, value in HEADERS.items()}

    assert verify([SECRET], shouted, BODY, at=NOW) == "msg_1"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"webhook-signature": ""}, ("no_signature", 401)),
        ({"webhook-signature": "v1,AAAA"}, ("bad_signature", 401)),
        ({"webhook-signature": HEADERS["webhook-signature"].replace("v1", "v0")}, ("bad_signature", 401)),
        ({"webhook-signature": "v1,é"}, ("bad_signature", 401)),
        ({"webhook-id": "msg_2"}, ("bad_signature", 401)),
        ({"webhook-id": "msg.1"}, ("bad_webhook_id", 400)),
        ({"webhook-id": "msg\n1"}, ("bad_webhook_id", 400)),
        ({"webhook-id": "m" * 1_000_000}, ("bad_webhook_id", 400)),
        ({"webhook-timestamp": ""}, ("bad_timestamp", 400)),
        ({"webhook-timestamp": "yesterday"}, ("bad_timestamp", 400)),
        ({"webhook-timestamp": str(10**18)}, ("bad_timestamp", 400)),
        ({"webhook-timestamp": "²"}, ("bad_timestamp", 400)),
    ],
)  # fmt: skip
def test_a_changed_header_is_refused(change: dict[str, str], expected: tuple[str, int]) -> None:
    assert refusal(HEADERS | change) == expected


@pytest.mark.parametrize("shift", [timedelta(minutes=-10), timedelta(minutes=10)])
def test_a_call_from_another_time_is_refused(shift: timedelta) -> None:
    assert refusal(HEADERS, at=NOW + shift) == ("bad_timestamp", 400)


def test_a_body_changed_by_one_byte_or_written_anew_is_refused() -> None:
    assert refusal(HEADERS, BODY[:-1] + b" ") == ("bad_signature", 401)
    assert refusal(HEADERS, b'{"test":2432232314}') == ("bad_signature", 401)


def test_the_secret_of_another_endpoint_is_refused() -> None:
    assert refusal(sign(OTHER, "msg_1", NOW, BODY)) == ("bad_signature", 401)


def test_while_a_secret_rotates_one_valid_signature_is_enough() -> None:
    mine, theirs = sign(OTHER, "msg_1", NOW, BODY), HEADERS
    both = f"{mine['webhook-signature']} {theirs['webhook-signature']}"

    assert verify([SECRET], HEADERS | {"webhook-signature": both}, BODY, at=NOW) == "msg_1"
    assert verify([OTHER, SECRET], HEADERS, BODY, at=NOW) == "msg_1"


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "not base64 at all"])
def test_a_secret_that_is_none_is_refused_at_configuration(secret: str) -> None:
    with pytest.raises(ValueError, match="webhook secret"):
        key_of(secret)
