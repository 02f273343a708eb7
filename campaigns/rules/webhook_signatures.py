"""Signatures of webhooks as Standard Webhooks has them (https://www.standardwebhooks.com)."""

import hmac
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

WINDOW = timedelta(minutes=5)
LONGEST_ID = 128
LONGEST_STAMP = 12
LEAST_KEY_BYTES = 16
_PREFIX = "whsec_"


class SignatureError(Exception):
    """A call that must not be believed (401) or is not even a signed call (400)."""

    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


def sign(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a signed call."""
    stamp = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + _signature(secret, message_id, stamp, body),
    }


def verify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, *, at: datetime) -> str:
    """The message id of a genuine call made within five minutes; raises SignatureError."""
    names = {name.lower(): value for name, value in headers.items()}
    message_id, stamp = names.get("webhook-id", ""), names.get("webhook-timestamp", "")
    given = names.get("webhook-signature", "")
    if not given:
        raise SignatureError("no_signature", 401)
    _check_id(message_id)
    _check_time(stamp, at)
    offered = [part[3:] for part in given.split(" ")[:8] if part.startswith("v1,")]
    matches = [
        hmac.compare_digest(one.encode(), _signature(secret, message_id, stamp, body).encode())
        for one in offered
        for secret in secrets
    ]
    if not any(matches):
        raise SignatureError("bad_signature", 401)
    return message_id


def key_of(secret: str) -> bytes:
    """The bytes of a `whsec_…` secret; one too short to be a secret is refused at configuration."""
    try:
        key = b64decode(secret.removeprefix(_PREFIX), validate=True)
    except BadBase64 as error:
        raise ValueError("a webhook secret is base64 text") from error
    if len(key) < LEAST_KEY_BYTES:
        raise ValueError("a webhook secret has at least 16 bytes")
    return key


def _signature(secret: str, message_id: str, stamp: str, body: bytes) -> str:
    signed = f"{message_id}.{stamp}.".encode() + body
    return b64encode(hmac.digest(key_of(secret), signed, sha256)).decode()


def _check_id(message_id: str) -> None:
    plain = message_id.replace("_", "").replace("-", "")
    if not (plain.isascii() and plain.isalnum() and len(message_id) <= LONGEST_ID):
        raise SignatureError("bad_webhook_id", 400)


def _check_time(stamp: str, at: datetime) -> None:
    is_number = stamp.isascii() and stamp.isdigit() and len(stamp) <= LONGEST_STAMP
    if not is_number or abs(int(stamp) - at.timestamp()) > WINDOW.total_seconds():
        raise SignatureError("bad_timestamp", 400)
