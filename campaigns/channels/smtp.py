"""The e-mail channel over plain SMTP: kept connections, a batch pipelined over each of them."""

import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from campaigns.channels import mime
from campaigns.channels.base import (
    Capabilities,
    NotAccepted,
    Outgoing,
    Refused,
    Result,
    WithoutWebhooks,
)
from campaigns.channels.smtp_session import LOST, Envelope, SmtpConfig, SmtpSession

MAX_BATCH = 500
CONNECTS = 3
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_DOMAIN = re.compile(r"(?=.{1,253}$)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?)+")
_SESSION_KEYS = frozenset(SmtpConfig.__dataclass_fields__)
_OWN_KEYS = frozenset({"sender", "connections", "batch_seconds"})


@dataclass(frozen=True, slots=True)
class Ready:
    """A message of the batch with its place there."""

    place: int
    envelope: Envelope


class SmtpAdapter(WithoutWebhooks):
    """One SMTP account: `{"host", "port", "security", "username", "password", "sender", …}`.

    A plain SMTP server does not dedup and answers no questions, so what is ambiguous stays so.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        if unknown := set(config) - _SESSION_KEYS - _OWN_KEYS:
            raise ValueError(f"unknown SMTP settings: {', '.join(sorted(unknown))}")
        own = {key: config[key] for key in config if key in _SESSION_KEYS}
        self._session_config = SmtpConfig(**own)
        self._sender = str(config.get("sender", ""))
        self._batch_seconds = float(config.get("batch_seconds", 120.0))
        self._sessions: list[SmtpSession | None] = [None] * int(config.get("connections", 1))
        self._lock = threading.Lock()
        self.capabilities = Capabilities(max_batch=MAX_BATCH)

    def send_many(self, batch: Sequence[Outgoing]) -> list[Result]:
        """Results in the order of the batch; a message is on the wire at most once."""
        results: list[Result] = [NotAccepted("not_sent")] * len(batch)
        ready: list[Ready] = []
        date = formatdate()
        for place, outgoing in enumerate(batch):
            made = self._envelope(outgoing, date)
            if isinstance(made, Envelope):
                ready.append(Ready(place, made))
            else:
                results[place] = made
        with self._lock:
            for place, result in self._sent(ready):
                results[place] = result
        return results

    def close(self) -> None:
        for lane, session in enumerate(self._sessions):
            if session is not None:
                session.close()
            self._sessions[lane] = None

    def _envelope(self, outgoing: Outgoing, date: str) -> Envelope | Result:
        sender = outgoing.sender or self._sender
        recipient = _recipient(outgoing.address)
        if isinstance(recipient, Refused):
            return recipient
        try:
            octets = mime.build(outgoing, sender=sender, date=date)
        except ValueError:
            return NotAccepted("bad_sender_or_headers")
        return Envelope(
            sender=mime.address_of(sender).encode(),
            recipient=recipient,
            octets=octets,
            message_id=mime.message_id(outgoing.ref, mime.domain_of(sender)),
        )

    def _sent(self, ready: list[Ready]) -> Iterator[tuple[int, Result]]:
        """The batch over one connection, or dealt out to several."""
        lanes = len(self._sessions)
        if lanes == 1 or len(ready) < lanes:
            yield from self._lane(0, ready)
            return
        with ThreadPoolExecutor(lanes) as pool:
            dealt = [ready[lane::lanes] for lane in range(lanes)]
            for done in pool.map(lambda lane: list(self._lane(lane, dealt[lane])), range(lanes)):
                yield from done

    def _lane(self, lane: int, ready: list[Ready]) -> Iterator[tuple[int, Result]]:
        """Send over one connection, opened anew when it is lost, a few times at most."""
        deadline, waiting, failure = time.monotonic() + self._batch_seconds, ready, "not_sent"
        for _ in range(CONNECTS):
            if not waiting or time.monotonic() > deadline:
                break
            try:
                session = self._session(lane)
            except LOST as error:
                failure = f"connect: {type(error).__name__}"
                break
            done = 0
            for message, result in zip(waiting, _row(session, waiting, deadline), strict=False):
                done += 1
                yield message.place, result
            waiting, failure = waiting[done:], "out_of_time"
        for message in waiting:
            yield message.place, NotAccepted(failure)

    def _session(self, lane: int) -> SmtpSession:
        kept = self._sessions[lane]
        if kept is not None and kept.is_alive():
            return kept
        if kept is not None:
            kept.close()
        self._sessions[lane] = None
        opened = self._sessions[lane] = SmtpSession(self._session_config)
        return opened


def _row(session: SmtpSession, waiting: list[Ready], deadline: float) -> Iterator[Result]:
    """Results until the connection breaks or the time is up."""
    for result in session.send([message.envelope for message in waiting]):
        yield result
        if time.monotonic() > deadline:
            session.close()
            return


def _recipient(address: str) -> bytes | Refused:
    """The address in ASCII; one that no server can take is a hard bounce of its own."""
    local, _, domain = address.rpartition("@")
    if not local.isascii():
        return Refused("address_needs_smtputf8")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        return Refused("bad_address", is_hard_bounce=True)
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(ascii_domain):
        return Refused("bad_address", is_hard_bounce=True)
    return f"{local}@{ascii_domain}".encode()
