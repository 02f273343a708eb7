"""A generic SMS gateway over HTTP: POST /send, GET /status, prices a segment, webhooks, faults.

Fault kinds before acceptance: 401, 429, 500, 502, 503, 422 (invalid number), 403 (blocked),
timeout_before, reset_before, error_body. After it: 500_after, timeout_after, reset_after, html,
truncated, wrong_id, drip, slow.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from campaigns.rules.sms_segments import segments
from demo.sinks import loopback
from demo.sinks.accept_log import AcceptLog, read_log
from demo.sinks.http_server import Reply, Request, json_reply
from demo.sinks.personality import Fault, Personality, within
from demo.sinks.readers import links_of_text
from demo.sinks.webhooks import WebhookSender

_FIELDS = {"ref", "to", "text", "sender"}
_REFUSALS = {
    "401": (401, "bad_key"),
    "403": (403, "recipient_blocked"),
    "422": (422, "invalid_number"),
    "429": (429, "too_many_requests"),
    "500": (500, "internal"),
    "502": (502, "bad_gateway"),
    "503": (503, "unavailable"),
}


@dataclass(slots=True)
class Message:
    """One accepted message as /status tells it."""

    id: str
    ref: str
    to: str
    segments: int
    cost_micros: int
    at: float
    state: str = "accepted"

    def told(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


class SmsGateway:
    """Everything behind the gateway's two addresses."""

    def __init__(
        self, log: AcceptLog, personality: Callable[[], Personality], webhooks: WebhookSender
    ) -> None:
        self._log = log
        self._personality = personality
        self._webhooks = webhooks
        self._by_ref: dict[str, Message] = {}
        self._attempts: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self.accepted = 0
        self.duplicates = 0
        self._remember()

    @property
    def waiting(self) -> int:
        return len(self._tasks)

    async def send(self, request: Request) -> Reply:
        """Take one message, or fail as this attempt is fated to."""
        document = _valid(request)
        if document is None:
            return _error(400, "bad_request")
        person, ref = self._personality(), document["ref"]
        self._attempts[ref] += 1
        fault = person.fault_for(ref, self._attempts[ref])
        await asyncio.sleep(within(person.latency, person.draw("latency", ref)))
        if fault and (failure := _before(fault)):
            return failure
        message = self._known(ref, person) or self._accept(document, person)
        if person.webhooks.before_answer:
            await self._tell_first(message)
        return await _after(fault, message)

    async def status(self, request: Request) -> Reply:
        """What became of a reference."""
        message = self._by_ref.get(request.query.get("ref", ""))
        return json_reply(200, message.told()) if message else _error(404, "unknown_ref")

    def _remember(self) -> None:
        """Know again what was accepted before a restart."""
        for line in read_log(self._log.path):
            self._by_ref[line["ref"]] = Message(
                line["id"], line["ref"], line["to"], line["segments"], line["cost"], line["at"]
            )

    def _known(self, ref: str, person: Personality) -> Message | None:
        message = self._by_ref.get(ref)
        if not message or not person.dedup or time.time() - message.at > person.dedup_ttl_seconds:
            return None
        self.duplicates += 1
        return message

    def _accept(self, document: dict[str, str], person: Personality) -> Message:
        ref, count = document["ref"], max(1, segments(document["text"]).count)
        self.accepted += 1
        name = blake2b(f"{ref}/{self._attempts[ref]}".encode(), digest_size=9).hexdigest()
        cost = count * person.price_micros
        message = Message(f"sms-{name}", ref, document["to"], count, cost, time.time())
        self._log.append(
            ref=ref, to=message.to, id=message.id, segments=count, cost=message.cost_micros
        )
        self._by_ref[ref] = message
        task = asyncio.create_task(self._live(message, document["text"], person))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return message

    async def _live(self, message: Message, text: str, person: Personality) -> None:
        """Let the person get, read and click it, each with its chance and delay."""
        habits, ref = person.reading, message.ref
        steps = (
            ("delivered", habits.delivered_rate, habits.delivered_delay),
            ("read", habits.read_rate, habits.read_delay),
            ("clicked", habits.click_rate, habits.click_delay),
        )
        for state, rate, delay in steps:
            if person.draw(state, ref) >= rate:
                return
            await asyncio.sleep(within(delay, person.draw(state, "delay", ref)))
            message.state = state
            await self._happen(state, message, links_of_text(text), habits.user_agent)

    async def _happen(
        self, state: str, message: Message, links: tuple[str, ...], user_agent: str
    ) -> None:
        """A click on our own link is counted by the product itself, the rest is told to it."""
        if state == "clicked" and links:
            await loopback.call("GET", links[0], {"User-Agent": user_agent})
        else:
            self._webhooks.add(state, message.ref, message.id)

    async def _tell_first(self, message: Message) -> None:
        """Report delivery before the sender has its answer."""
        self._webhooks.add("delivered", message.ref, message.id)
        await self._webhooks.flush()


def _valid(request: Request) -> dict[str, str] | None:
    try:
        document = request.json()
    except ValueError:
        return None
    if not isinstance(document, dict) or set(document) != _FIELDS:
        return None
    is_text = all(isinstance(value, str) for value in document.values())
    return document if is_text and document["ref"] and document["to"] else None


def _error(status: int, code: str, **headers: str) -> Reply:
    return json_reply(status, {"error": {"code": code}}, **headers)


def _before(fault: Fault) -> Reply | None:
    """The answer to a message that is not taken; None for the faults that come after."""
    if fault.kind in _REFUSALS:
        wait = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        status, code = _REFUSALS[fault.kind]
        return _error(status, code, **wait)
    match fault.kind:
        case "timeout_before":
            return Reply(manner="hang", seconds=fault.seconds)
        case "reset_before":
            return Reply(body=b"{}", manner="reset")
        case "error_body":
            return _error(200, "temporarily_out_of_order")
    return None


async def _after(fault: Fault | None, message: Message) -> Reply:
    """The answer to a message that is taken, whole or spoilt."""
    whole = json_reply(200, message.told())
    if fault is None:
        return whole
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    return _spoilt(fault, message, whole.body).get(fault.kind, whole)


def _spoilt(fault: Fault, message: Message, body: bytes) -> dict[str, Reply]:
    """Every way to lose or break a good answer."""
    return {
        "500_after": _error(500, "internal"),
        "timeout_after": Reply(manner="hang", seconds=fault.seconds),
        "reset_after": Reply(body=body, manner="reset"),
        "html": Reply(body=b"<html>Welcome</html>", headers={"Content-Type": "text/html"}),
        "truncated": Reply(body=body[: len(body) // 2]),
        "wrong_id": json_reply(200, message.told() | {"id": "sms-0", "ref": "0"}),
        "drip": Reply(body=body, manner="drip", seconds=fault.seconds),
    }
