"""What every channel adapter promises to the engine: messages in, a classified result for each.

A failure is classified by one question: can the provider have taken the message? Surely not is
`NotAccepted` (safe to queue again), a refusal of this very message is `Refused` (final), and
everything else is `Ambiguous`, which the engine never resends blindly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Outgoing(NamedTuple):
    """One rendered message to one person; `ref` is the delivery's id and the idempotency key."""

    ref: str
    address: str
    text: str
    sender: str = ""
    subject: str = ""
    html: str = ""
    headers: Mapping[str, str] = NO_HEADERS
    list_unsubscribe_url: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it; `units` are what it bills (messages, SMS segments)."""

    provider_message_id: str
    units: int = 1
    cost_micros: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider refused this message for good; a hard bounce also condemns the address."""

    reason: str
    is_hard_bounce: bool = False


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """Proven not taken: it may be tried again, not sooner than `retry_after` seconds."""

    reason: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Nobody knows whether the provider took it (an answer was lost, broken or late)."""

    reason: str


Result = Accepted | Refused | NotAccepted | Ambiguous


@dataclass(frozen=True, slots=True)
class Receipt:
    """A fact reported later about an accepted message: `kind` is one of rules.receipts."""

    event_id: str
    kind: str
    at: datetime
    ref: str = ""
    provider_message_id: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do, as tested against the simulator."""

    dedup_ttl_seconds: int | None = None
    lookup_by_ref: bool = False
    echoes_ref: bool = False
    max_batch: int = 1
    has_webhooks: bool = False


class ChannelAdapter(Protocol):
    """One provider account, built from a plain dict; safe to keep for the life of a worker."""

    capabilities: Capabilities

    def send_many(self, batch: Sequence[Outgoing]) -> list[Result]:
        """Send a batch and return one result a message, in the same order; never raises."""
        ...

    def lookup(self, ref: str, /) -> Result | None:
        """What became of `ref`; None when the provider cannot tell."""
        ...

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, /, *, at: datetime
    ) -> list[Receipt]:
        """Verify a provider's call and return its facts; raises WebhookError."""
        ...

    def close(self) -> None:
        """Drop kept connections; the adapter may be used again."""
        ...


class WebhookError(Exception):
    """A provider's call that must not be believed; `status` is the HTTP answer to give."""

    def __init__(self, code: str, status: int = 401) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


class WithoutWebhooks:
    """The part of the protocol for a provider that neither calls back nor answers questions."""

    def lookup(self, _ref: str, /) -> Result | None:
        return None

    def read_webhook(
        self, _headers: Mapping[str, str], _body: bytes, /, *, at: datetime
    ) -> list[Receipt]:
        del at
        raise WebhookError("no_webhooks", status=404)
