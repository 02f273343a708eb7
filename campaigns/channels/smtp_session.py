"""One SMTP connection that sends one message after the other, with PIPELINING (RFC 2920) if offered.

The octets of a message go out together with the envelope of the next one, so a message costs one
round trip. Each failure is filed by whether the final dot may have been heard.
"""

import re
import socket
import ssl
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from campaigns.channels.base import Accepted, Ambiguous, NotAccepted, Refused, Result
from campaigns.channels.smtp_opening import SmtpConfig, opened

IDLE_SECONDS = 10.0
# What is still waited for an answer that was due all along.
LEAST_SECONDS = 1.0
_OK, _PERMANENT, _GO_AHEAD, _CLOSING = 2, 5, 354, 421
# What opens a transaction: MAIL, RCPT, DATA.
_COMMANDS = 3
_LONGEST_REPLY = 4_096
_ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}")
_NO_SUCH_PERSON = re.compile(r"5\.1\.(?:1|2|3|6|10)|5\.2\.1")
_BARE_NO_SUCH_PERSON = frozenset({550, 551, 553})
LOST = (OSError, EOFError, ValueError)
# What a socket raises that waits for itself, and what the kernel does for one that does not.
_TOO_LATE = (TimeoutError, BlockingIOError)


class Envelope(NamedTuple):
    """One message ready for the wire."""

    sender: bytes
    recipient: bytes
    octets: bytes
    message_id: str


@dataclass(slots=True)
class Reply:
    """One answer of the server: its code and the line that ends it."""

    code: int
    line: bytes

    @property
    def is_good(self) -> bool:
        return self.code // 100 == _OK

    @property
    def enhanced(self) -> str:
        found = _ENHANCED.match(self.line, 4)
        return found[0].decode() if found else ""

    @property
    def reason(self) -> str:
        """The codes alone: the words of a server may hold the address."""
        return f"smtp {self.code} {self.enhanced}".strip()


class Replies:
    """The lines that a server sends, as many at a time as have come."""

    def __init__(self, wire: socket.socket) -> None:
        self._wire = wire
        self._lines: list[bytes] = []
        self._rest = b""

    def line(self, until: float) -> bytes:
        """The next whole line by a monotonic second; raises one of LOST when there is none."""
        while not self._lines:
            if time.monotonic() > until:
                raise TimeoutError
            octets = self._wire.recv(_LONGEST_REPLY)
            if not octets:
                raise EOFError
            *lines, self._rest = (self._rest + octets).split(b"\n")
            if len(self._rest) > _LONGEST_REPLY:
                raise ValueError("a reply without an end")
            self._lines = lines[::-1]
        return self._lines.pop()


class SmtpSession:
    """A connection; `is_broken` once nothing more may be sent on it.

    Raises one of UNREACHABLE when it cannot be opened (smtplib's errors are OSErrors).
    """

    def __init__(self, config: SmtpConfig) -> None:
        self._smtp = opened(config)
        self._has_pipelining = self._smtp.has_extn("pipelining")
        self._has_size = self._smtp.has_extn("size")
        self._socket: socket.socket = self._smtp.sock  # type: ignore[assignment]
        self._patience = config.read_seconds
        self._is_hurried = False
        _wait_at_most(self._socket, self._patience)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._replies = Replies(self._socket)
        self._used_at = time.monotonic()
        self.is_broken = False

    def begin(self, envelope: Envelope) -> None:
        """Open a transaction; without PIPELINING nothing is said ahead."""
        try:
            self._write(self._ahead(envelope))
        except LOST:
            self.is_broken = True

    def hand_over(self, envelope: Envelope, following: Envelope | None) -> Result | None:
        """Put a message that was begun on the wire, and begin the one that follows it.

        None when an `answer` is to come; else what became of it.
        """
        try:
            refusal = self._envelope_refusal(envelope)
        except LOST:
            self.is_broken = True
            return NotAccepted("connection_lost")
        ahead = self._ahead(following)
        if refusal is not None:
            self._start_over(ahead)
            return refusal
        try:
            self._write(b"%b\r\n.\r\n%b" % (envelope.octets, ahead))
        except LOST as error:
            return self._lost(error)
        return None

    def answer(self, envelope: Envelope) -> Result:
        """What the server says to a message that was handed over; waits for it."""
        try:
            reply = self._reply()
        except LOST as error:
            return self._lost(error)
        self._used_at = time.monotonic()
        return _refusal(reply, is_recipient=False) or Accepted(envelope.message_id)

    def hurry(self, waited: float) -> None:
        """What is due from here was due for so many seconds already, while others were heard."""
        self._is_hurried = True
        least = min(self._patience / 10, LEAST_SECONDS)
        _wait_at_most(self._socket, max(self._patience - waited, least))

    def calm_down(self) -> None:
        """Wait for the next answer as long as for any."""
        if self._is_hurried and not self.is_broken:
            self._is_hurried = False
            _wait_at_most(self._socket, self._patience)

    def is_alive(self) -> bool:
        """Whether it may be used again; after a pause the server is asked."""
        if self.is_broken or time.monotonic() - self._used_at < IDLE_SECONDS:
            return not self.is_broken
        with suppress(*LOST):
            self._write(b"NOOP\r\n")
            return self._reply().is_good
        return False

    def close(self) -> None:
        with suppress(*LOST):
            if not self.is_broken:
                self._socket.sendall(b"QUIT\r\n")
        self.is_broken = True
        self._smtp.close()

    def _lost(self, error: Exception) -> Result:
        self.is_broken = True
        return Ambiguous("timeout" if isinstance(error, _TOO_LATE) else "connection_lost")

    def _ahead(self, envelope: Envelope | None) -> bytes:
        return self._opening(envelope) if envelope and self._has_pipelining else b""

    def _envelope_refusal(self, envelope: Envelope) -> Result | None:
        """None when the server waits for the octets; else why it does not want them."""
        commands = () if self._has_pipelining else self._opening(envelope).splitlines(True)
        refusal: Result | None = None
        for place in range(_COMMANDS):
            if commands:
                self._write(commands[place])
            reply = self._reply()
            if reply.code == _GO_AHEAD and place == _COMMANDS - 1:
                # Some servers say so although they refused the only recipient.
                return self._withdraw(refusal) if refusal else None
            refusal = refusal or _refusal(reply, is_recipient=place == 1)
            if refusal and commands:
                return refusal
        return refusal or NotAccepted("smtp_no_go_ahead")

    def _opening(self, envelope: Envelope) -> bytes:
        """The commands that open a transaction; DATA comes last, as pipelining asks."""
        size = b" SIZE=%d" % len(envelope.octets) if self._has_size else b""
        return b"MAIL FROM:<%b>%b\r\nRCPT TO:<%b>\r\nDATA\r\n" % (
            envelope.sender,
            size,
            envelope.recipient,
        )

    def _withdraw(self, refusal: Result) -> Result:
        self._write(b".\r\n")
        self._reply()
        return refusal

    def _start_over(self, ahead: bytes) -> None:
        """Leave a refused transaction and open the next one."""
        try:
            self._write(b"RSET\r\n" + ahead)
            self._reply()
        except LOST:
            self.is_broken = True

    def _write(self, octets: bytes) -> None:
        if octets:
            self._socket.sendall(octets)

    def _reply(self) -> Reply:
        """A whole answer: one that drips is waited for no longer than one that is silent."""
        until = time.monotonic() + self._patience
        line = self._replies.line(until)
        while line[3:4] == b"-":
            line = self._replies.line(until)
        code = int(line[:3])
        if code == _CLOSING:
            self.is_broken = True
        return Reply(code, line)


def _wait_at_most(wire: socket.socket, seconds: float) -> None:
    """Limit each wait; of a plain socket by the kernel, which spares a poll before each call."""
    if isinstance(wire, ssl.SSLSocket):
        wire.settimeout(seconds)
        return
    wire.settimeout(None)
    limit = struct.pack("@ll", int(seconds), int(seconds % 1 * 1_000_000))
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        wire.setsockopt(socket.SOL_SOCKET, option, limit)


def _refusal(reply: Reply, *, is_recipient: bool) -> Result | None:
    """What a reply means for the message; None when it is a good one."""
    if reply.is_good:
        return None
    if reply.code // 100 != _PERMANENT:
        return NotAccepted(reply.reason)
    if reply.enhanced:
        return Refused(reply.reason, bool(_NO_SUCH_PERSON.fullmatch(reply.enhanced)))
    return Refused(reply.reason, is_recipient and reply.code in _BARE_NO_SUCH_PERSON)
