"""The SMS channel over a generic HTTP gateway that takes our reference as its idempotency key.

The contract: POST {url}/send `{ref, to, text, sender}` → `{id, ref, segments, cost_micros}`;
GET {url}/status?ref=… the same or 404 `unknown_ref`; an error is `{"error": {"code": …}}`; facts
come back as `{"events": [{id, type, ref, message_id, at}]}` signed as Standard Webhooks are.
"""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from campaigns.channels.base import (
    Accepted,
    Ambiguous,
    Capabilities,
    NotAccepted,
    Outgoing,
    Receipt,
    Refused,
    Result,
    WebhookError,
)
from campaigns.rules import webhook_signatures
from campaigns.rules.receipts import Kind
from core.egress import AnswerTooLarge, Client, EgressRefused

MAX_BATCH = 200
MAX_WEBHOOK_BYTES = 1_048_576
MAX_EVENTS = 5_000
# Facts older than this are about nothing we have sent.
OLDEST = timedelta(days=400)
CALL_SECONDS = 18.0
# A fact that cannot be understood is handed on under this kind, not lost with its batch.
UNREADABLE = "unreadable"
_GOOD = frozenset({200, 201, 202})
_OF_THE_ACCOUNT = frozenset({401, 402, 404, 405})
_NOT_TAKEN = frozenset({429, 503})
_PERHAPS_TAKEN = frozenset({408, 409, 425})
_NO_SUCH_NUMBER = frozenset({"invalid_number", "unknown_subscriber"})
_KEYS = frozenset(
    {
        "url", "api_key", "sender", "webhook_secrets", "concurrency", "dedup_ttl_seconds",
        "call_seconds", "batch_seconds",
    }
)  # fmt: skip


class HttpSmsAdapter:
    """One gateway account: `{"url", "api_key", "sender", "webhook_secrets": […], …}`."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        if unknown := set(config) - _KEYS:
            raise ValueError(f"unknown gateway settings: {', '.join(sorted(unknown))}")
        self._url = str(config["url"]).rstrip("/")
        self._sender = str(config.get("sender", ""))
        self._secrets = [str(secret) for secret in config.get("webhook_secrets", ())]
        for secret in self._secrets:
            webhook_signatures.key_of(secret)
        self._call_seconds = float(config.get("call_seconds", CALL_SECONDS))
        self._batch_seconds = float(config.get("batch_seconds", 60.0))
        self._concurrency = max(1, int(config.get("concurrency", 8)))
        self._headers = _headers(str(config.get("api_key", "")))
        self._client = Client(connections=self._concurrency)
        self._pool: ThreadPoolExecutor | None = None
        self.capabilities = Capabilities(
            dedup_ttl_seconds=int(config.get("dedup_ttl_seconds") or 0) or None,
            lookup_by_ref=True,
            echoes_ref=True,
            max_batch=MAX_BATCH,
            has_webhooks=bool(self._secrets),
        )

    def send_many(self, batch: Sequence[Outgoing]) -> list[Result]:
        """A call a message, several in flight; what is not begun in time is not sent."""
        deadline = time.monotonic() + self._batch_seconds
        if len(batch) == 1 or self._concurrency == 1:
            return [self._send(outgoing, deadline) for outgoing in batch]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._concurrency, thread_name_prefix="sms")
        return list(self._pool.map(lambda outgoing: self._send(outgoing, deadline), batch))

    def lookup(self, ref: str, /) -> Result | None:
        """Accepted, proven absent, or None when the gateway does not say."""
        try:
            answer = self._client.call(
                "GET",
                f"{self._url}/status?ref={quote(ref, safe='')}",
                headers=self._headers,
                seconds=self._call_seconds,
            )
        except (httpx.TransportError, EgressRefused, AnswerTooLarge):
            return None
        if answer.status in _GOOD:
            found = _accepted(answer.body, ref)
            return found if isinstance(found, Accepted) else None
        is_absent = answer.status == 404 and _code(answer.body) == "unknown_ref"  # noqa: PLR2004
        return NotAccepted("absent") if is_absent else None

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, /, *, at: datetime
    ) -> list[Receipt]:
        """The facts of a genuine call; raises WebhookError with the status to answer."""
        if not self._secrets:
            raise WebhookError("no_webhooks", status=404)
        if len(body) > MAX_WEBHOOK_BYTES:
            raise WebhookError("too_large", status=413)
        try:
            webhook_signatures.verify(self._secrets, headers, body, at=at)
        except webhook_signatures.SignatureError as error:
            raise WebhookError(error.code, status=error.status) from error
        return [_receipt(event, at) for event in _events(body)]

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()
        self._pool = None
        self._client.close()
        self._client = Client(connections=self._concurrency)

    def _send(self, outgoing: Outgoing, deadline: float) -> Result:
        if time.monotonic() > deadline:
            return NotAccepted("out_of_time")
        content = orjson.dumps(
            {
                "ref": outgoing.ref,
                "to": outgoing.address,
                # A lone surrogate of a broken source would stop the whole batch.
                "text": outgoing.text.encode("utf-8", "replace").decode(),
                "sender": outgoing.sender or self._sender,
            }
        )
        headers = {**self._headers, "idempotency-key": outgoing.ref}
        try:
            answer = self._client.call(
                "POST",
                f"{self._url}/send",
                headers=headers,
                content=content,
                seconds=self._call_seconds,
            )
        except Exception as error:  # noqa: BLE001 - a batch loses no result to any error
            return _failure(error)
        return _verdict(answer.status, answer.headers, answer.body, outgoing.ref)


def _headers(api_key: str) -> dict[str, str]:
    if not api_key.isascii() or not api_key.isprintable():
        raise ValueError("an api_key is of plain signs")
    plain = {"content-type": "application/json"}
    return plain | ({"authorization": f"Bearer {api_key}"} if api_key else {})


def _failure(error: Exception) -> Result:
    """A call without an answer: only what never left this machine is surely not taken."""
    name = type(error).__name__
    never_left = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, EgressRefused)
    return NotAccepted(name) if isinstance(error, never_left) else Ambiguous(name)


def _verdict(status: int, headers: Mapping[str, str], body: bytes, ref: str) -> Result:
    """What an answer means for the message."""
    if status in _GOOD:
        return _accepted(body, ref)
    name = f"http_{status}"
    if status in _NOT_TAKEN:
        return NotAccepted(name, _retry_after(headers.get("retry-after", "")))
    if status >= 500 or status in _PERHAPS_TAKEN:  # noqa: PLR2004
        return Ambiguous(name)
    code = _code(body)
    if code and status >= 400 and status not in _OF_THE_ACCOUNT:  # noqa: PLR2004
        return Refused(f"{name} {code}", is_hard_bounce=code in _NO_SUCH_NUMBER)
    return NotAccepted(name)


def _accepted(body: bytes, ref: str) -> Result:
    """A whole and matching answer, else nobody knows."""
    match _document(body):
        case {"id": str(name), "ref": str(echoed), **rest} if name and echoed == ref:
            cost = rest.get("cost_micros")
            units = rest.get("segments")
            return Accepted(
                name,
                units if isinstance(units, int) and units > 0 else 1,
                cost if isinstance(cost, int) and cost >= 0 else None,
            )
    return Ambiguous("bad_answer")


def _code(body: bytes) -> str:
    match _document(body):
        case {"error": {"code": str(code)}}:
            return code[:60]
    return ""


def _document(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except ValueError:
        return None


def _retry_after(value: str) -> float | None:
    """Seconds of a Retry-After in either of its forms; None for none or nonsense."""
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, aware.timestamp() - time.time())


def _events(body: bytes) -> list[Any]:
    match _document(body):
        case {"events": list(events)}:
            if len(events) > MAX_EVENTS:
                raise WebhookError("too_many_events", status=413)
            return events
    raise WebhookError("bad_body", status=400)


def _receipt(event: Any, at: datetime) -> Receipt:
    """One fact, or the unreadable one it was."""
    try:
        return Receipt(
            event_id=_name(event["id"])[:128],
            kind=Kind(event["type"]),
            at=_instant(event["at"], at),
            ref=_name(event.get("ref", ""))[:64],
            provider_message_id=_name(event.get("message_id", ""))[:128],
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        shown = orjson.dumps(event)[:500].decode("utf-8", "replace")
        return Receipt("", UNREADABLE, at, detail={"event": shown})


def _name(value: Any) -> str:
    """What something is called, in signs that a row can hold."""
    name = str(value)
    if "\x00" in name:
        raise ValueError("a NUL")
    return name


def _instant(value: str, at: datetime) -> datetime:
    """When it happened: not after we were told, and not before anything was sent."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    if moment < at - OLDEST:
        raise ValueError("a time before anybody sent anything")
    return min(moment, at)
