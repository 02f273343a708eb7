"""The e-mail channel over plain SMTP: a batch goes over a few kept connections side by side."""

import logging
import re
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from email.utils import formatdate
from functools import lru_cache
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
from campaigns.channels.smtp_lanes import Ready, send_over
from campaigns.channels.smtp_opening import UNREACHABLE, SmtpConfig
from campaigns.channels.smtp_session import Envelope, SmtpSession

logger = logging.getLogger(__name__)
MAX_BATCH = 500
CONNECTS = 3
# A group that waits behind another one, and both their last answers, fit into a lease.
BATCH_SECONDS = 60.0
# Of a worker; a server that wants fewer gets fewer.
CONNECTIONS = 4
LETTERS_WORTH_A_CONNECTION = 8
SECONDS_WITHOUT_MORE = 60.0
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_DOMAIN = re.compile(r"(?=.{1,253}$)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?)+")
_SESSION_KEYS = frozenset(SmtpConfig.__dataclass_fields__)
_OWN_KEYS = frozenset({"sender", "connections", "batch_seconds"})


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
        self._batch_seconds = float(config.get("batch_seconds", BATCH_SECONDS))
        self._most = int(config.get("connections", CONNECTIONS))
        self._sessions: list[SmtpSession] = []
        self._no_more_until = 0.0
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
        for session in self._sessions:
            session.close()
        self._sessions = []

    def _envelope(self, outgoing: Outgoing, date: str) -> Envelope | Result:
        sender = outgoing.sender or self._sender
        recipient = _recipient(outgoing.address)
        if isinstance(recipient, Refused):
            return recipient
        try:
            octets = mime.build(outgoing, sender=sender, date=date)
        except ValueError:
            return NotAccepted("bad_sender_or_headers")
        except Exception as error:  # noqa: BLE001 - a letter that cannot be written costs no other
            logger.error("letter %s cannot be written: %s", outgoing.ref, type(error).__name__)  # noqa: TRY400
            return Refused("render")
        return Envelope(
            sender=mime.address_of(sender).encode(),
            recipient=recipient,
            octets=octets,
            message_id=mime.message_id(outgoing.ref, mime.domain_of(sender)),
        )

    def _sent(self, ready: Sequence[Ready]) -> Iterator[tuple[int, Result]]:
        """Results as they come; lost connections are opened anew, a few times at most."""
        deadline = time.monotonic() + self._batch_seconds
        waiting, failure = deque(ready), "not_sent"
        for _ in range(CONNECTS):
            if not waiting:
                return
            try:
                sessions = self._opened(len(waiting))
            except UNREACHABLE as error:
                failure = f"connect: {type(error).__name__}"
                break
            yield from send_over(sessions, waiting, deadline)
            failure = "connection_lost"
            if time.monotonic() > deadline:
                failure = "out_of_time"
                break
        for message in waiting:
            yield message.place, NotAccepted(failure)

    def _opened(self, letters: int) -> list[SmtpSession]:
        """As many connections as the letters are worth; raises UNREACHABLE when there is none."""
        wanted = min(self._most, 1 + letters // LETTERS_WORTH_A_CONNECTION)
        self._sessions = [kept for kept in self._sessions if _is_alive(kept)]
        while len(self._sessions) < wanted and not self._has_enough():
            try:
                self._sessions.append(SmtpSession(self._session_config))
            except UNREACHABLE:
                if not self._sessions:
                    raise
                self._no_more_until = time.monotonic() + SECONDS_WITHOUT_MORE
        return self._sessions[:wanted]

    def _has_enough(self) -> bool:
        """Whether one works and the server has just refused another beside it."""
        return bool(self._sessions) and time.monotonic() < self._no_more_until


def _is_alive(kept: SmtpSession) -> bool:
    is_alive = kept.is_alive()
    if not is_alive:
        kept.close()
    return is_alive


def _recipient(address: str) -> bytes | Refused:
    """The address in ASCII; one that no server can take is a hard bounce of its own."""
    local, _, domain = address.rpartition("@")
    if not local.isascii():
        return Refused("address_needs_smtputf8")
    ascii_domain = _ascii_domain(domain)
    if not ascii_domain or not _LOCAL.fullmatch(local):
        return Refused("bad_address", is_hard_bounce=True)
    return f"{local}@{ascii_domain}".encode()


@lru_cache(maxsize=4_096)
def _ascii_domain(domain: str) -> str:
    """As servers are asked for it; empty for what is no domain."""
    try:
        found = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        return ""
    return found if _DOMAIN.fullmatch(found) else ""
