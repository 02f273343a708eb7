"""Tells the product what became of its messages: signed calls, doubled, shuffled or forged."""

import asyncio
import hmac
import secrets
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from random import Random
from typing import Any

import orjson

from demo.sinks import loopback
from demo.sinks.personality import Personality

TRIES = 6
AT_ONCE = 4


class WebhookSender:
    """Collects events and posts them in batches to the callback address of the moment."""

    def __init__(self, secret: str, personality: Callable[[], Personality]) -> None:
        self._key = b64decode(secret.removeprefix("whsec_"))
        self._personality = personality
        self._waiting: list[dict[str, Any]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._random = Random("webhooks")
        self.told = 0
        self.failed = 0

    def add(self, kind: str, ref: str, message_id: str) -> None:
        """Queue one fact; nothing happens while no callback address is set."""
        rules = self._personality().webhooks
        if not rules.url:
            return
        at = datetime.fromtimestamp(time.time() + rules.clock_offset_seconds, UTC)
        event = {
            "id": f"evt_{kind}_{message_id}".replace("-", "_"),
            "type": kind,
            "ref": ref,
            "message_id": message_id,
            "at": at.isoformat(),
        }
        self._waiting += [event] * max(1, rules.copies)
        if self._random.random() < rules.unknown_ref_rate:
            self._waiting.append(event | {"id": event["id"] + "_x", "ref": "999999999999"})

    @property
    def waiting(self) -> int:
        """Facts not told yet and calls not answered yet."""
        return len(self._waiting) + len(self._tasks)

    async def run(self) -> None:
        """Post what has gathered, for ever."""
        while True:
            rules = self._personality().webhooks
            await asyncio.sleep(rules.every_seconds)
            if rules.is_permuted:
                self._random.shuffle(self._waiting)
            while self._waiting:
                batch, self._waiting = self._waiting[: rules.batch], self._waiting[rules.batch :]
                self._start(self._post(batch))
                if self._random.random() < rules.bad_signature_rate:
                    self._start(self._forge(rules.url, batch))

    async def flush(self) -> None:
        """Post everything at once and wait until it has been answered."""
        batch, self._waiting = self._waiting, []
        if batch:
            await self._post(batch)

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _post(self, events: Sequence[dict[str, Any]]) -> None:
        message_id, body = f"msg_{secrets.token_hex(12)}", orjson.dumps({"events": events})
        async with self._places:
            for attempt in range(TRIES):
                url = self._personality().webhooks.url
                if not url:
                    break
                status = await loopback.call("POST", url, self._headers(message_id, body), body)
                if 200 <= status < 300:  # noqa: PLR2004
                    self.told += len(events)
                    return
                await asyncio.sleep(0.2 * 2**attempt)
        self.failed += len(events)

    async def _forge(self, url: str, events: Sequence[dict[str, Any]]) -> None:
        """Claim that everybody clicked, without knowing the secret."""
        claims = [event | {"id": event["id"] + "_f", "type": "clicked"} for event in events]
        body = orjson.dumps({"events": claims})
        headers = self._headers(f"msg_{secrets.token_hex(12)}", body)
        headers["webhook-signature"] = "v1," + b64encode(secrets.token_bytes(32)).decode()
        await loopback.call("POST", url, headers, body)

    def _headers(self, message_id: str, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))
        signature = hmac.digest(self._key, f"{message_id}.{stamp}.".encode() + body, sha256)
        return {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": stamp,
            "webhook-signature": "v1," + b64encode(signature).decode(),
        }
