"""Signed tokens of the links in a message: open pixel, click, unsubscribe.

A token names rows by number and carries no personal data: `version + base64url(numbers + MAC)`,
about 35 signs. The MAC covers version, purpose, workspace and numbers under a key of the purpose,
so a token of one purpose or workspace is worthless for another. Where a link leads to is read
from the database by its number, never from the address.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from binascii import b2a_base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256

from campaigns.rules.keys import derive

VERSION = "1"
MAC_BYTES = 16
MAX_AGE = timedelta(days=360)
LONGEST = 80
_EPOCH = date(2024, 1, 1)
_NUMBERS = 4
_LARGEST = 2**63 - 1
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class Purpose(StrEnum):
    """What a link is for."""

    PIXEL = "pixel"
    CLICK = "click"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says; `link_id` is 0 where no link is meant."""

    workspace_id: int
    delivery_id: int
    link_id: int
    issued_on: date


def issue(secret: str, purpose: Purpose, claims: Claims) -> str:
    """The token of these claims: the same claims give the same token."""
    terms = (claims.workspace_id, claims.link_id, claims.issued_on)
    return issuer(secret, purpose, *terms)(claims.delivery_id)


def issuer(
    secret: str, purpose: Purpose, workspace_id: int, link_id: int, issued_on: date
) -> Callable[[int], str]:
    """What gives the tokens of deliveries by their ids, for many that differ in nothing else."""
    mac_of, pack = _mac_of(secret, purpose), _packed
    before, after = pack(workspace_id), pack(link_id) + pack((issued_on - _EPOCH).days)

    def token(delivery_id: int) -> str:
        payload = before + pack(delivery_id) + after
        octets = b2a_base64(payload + mac_of(payload), newline=False)
        return VERSION + octets.translate(_URL_SAFE, b"=").decode()

    return token


def read(secrets: Sequence[str], purpose: Purpose, token: str, *, on: date) -> Claims | None:
    """The claims of a valid token not older than MAX_AGE; None for anything else.

    `secrets` are the current one and, while keys rotate, those before it.
    """
    raw = _decoded(token)
    if raw is None:
        return None
    payload, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
    # Every key is tried and none stops the search: time tells nothing about which one fits.
    matches = [hmac.compare_digest(mac, _mac_of(secret, purpose)(payload)) for secret in secrets]
    claims = _claims(payload) if any(matches) else None
    return claims if claims and on - claims.issued_on <= MAX_AGE else None


@lru_cache(maxsize=64)
def _mac_of(secret: str, purpose: Purpose) -> Callable[[bytes], bytes]:
    """HMAC-SHA-256 of a purpose, cut short; the key and the purpose are hashed ahead."""
    ahead = hmac.new(derive(secret, f"link.{purpose}"), f"{VERSION}|{purpose}|".encode(), sha256)

    def mac(payload: bytes) -> bytes:
        ours = ahead.copy()
        ours.update(payload)
        return ours.digest()[:MAC_BYTES]

    return mac


def _decoded(token: str) -> bytes | None:
    """The bytes of a token in its one canonical spelling."""
    if len(token) > LONGEST or not token.isascii() or not token.startswith(VERSION):
        return None
    body = token[len(VERSION) :]
    try:
        raw = urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except (BadBase64, ValueError):
        return None
    is_canonical = urlsafe_b64encode(raw).decode().rstrip("=") == body
    return raw if is_canonical and len(raw) > MAC_BYTES else None


def _claims(payload: bytes) -> Claims | None:
    numbers: list[int] = []
    rest = payload
    while rest and len(numbers) < _NUMBERS:
        number, rest = _unpacked(rest)
        numbers.append(number)
    if rest or len(numbers) != _NUMBERS:
        return None
    return Claims(numbers[0], numbers[1], numbers[2], _EPOCH + timedelta(days=numbers[3]))


def _packed(number: int) -> bytes:
    """A natural number as its length in bytes, then the bytes."""
    if not 0 <= number <= _LARGEST:
        raise ValueError("a token carries natural 63-bit numbers")
    size = (number.bit_length() + 7) // 8
    return bytes([size]) + number.to_bytes(size)


def _unpacked(payload: bytes) -> tuple[int, bytes]:
    size = payload[0]
    return int.from_bytes(payload[1 : 1 + size]), payload[1 + size :]
