"""A strict and fast SMTP server that accepts everything well formed and keeps nothing but a log.

It refuses what real servers refuse and lenient ones hide: bare CR or LF, lines over 998 octets, a
message larger than SIZE. Recipients `bounce-…`, `full-…`, `blocked-…` and `greylist-…` are
refused with 550, 552, 554 and 451. Fault kinds at the end of a message: 421, 451, 554,
close_before, timeout_before, close_after, timeout_after, slow; on DATA: close_at_data.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable

from demo.sinks.accept_log import AcceptLog
from demo.sinks.personality import Fault, Personality, within

MAX_SIZE = 26_214_400
MAX_LINE = 998
_REF = re.compile(rb"^X-Rondo-Delivery: *(\S+) *\r$", re.MULTILINE | re.IGNORECASE)
_ADDRESS = re.compile(rb"(?:FROM|TO):<([^<>\s\x00-\x1f]*)>((?: [A-Z0-9=]+)*)$", re.IGNORECASE)
_SIZE = re.compile(rb" SIZE=(\d{1,12})", re.IGNORECASE)
_EHLO = (
    b"250-sink\r\n250-PIPELINING\r\n250-SIZE %d\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n"
    % (MAX_SIZE)
)
_RECIPIENTS = {
    b"bounce-": b"550 5.1.1 No such person\r\n",
    b"full-": b"552 5.2.2 Mailbox full\r\n",
    b"blocked-": b"554 5.7.1 Refused by policy\r\n",
    b"greylist-": b"451 4.7.1 Come back later\r\n",
}
_AT_THE_END = {
    "421": b"421 4.3.2 Shutting down\r\n",
    "451": b"451 4.3.0 Try again\r\n",
    "554": b"554 5.6.0 Not this one\r\n",
}


class SmtpSink:
    """What all connections share."""

    def __init__(
        self,
        log: AcceptLog,
        personality: Callable[[], Personality],
        receive: Callable[[str, bytes], None],
    ) -> None:
        self.log = log
        self.personality = personality
        self.receive = receive
        self.accepted = 0
        self.refused = 0
        self.connections = 0
        self.open = 0
        self.attempts: Counter[str] = Counter()

    def connect(self) -> "Connection":
        return Connection(self)

    def fault_for(self, key: str) -> Fault | None:
        """The fault of this attempt at `key`; attempts are counted only while there are faults."""
        person = self.personality()
        if not person.faults:
            return None
        self.attempts[key] += 1
        return person.fault_for(key, self.attempts[key])

    def complaint(self, content: bytes) -> bytes:
        """What is wrong with a message, as a reply; empty when nothing is."""
        lines = content.split(b"\r\n")
        ends = len(lines) - 1
        if content.count(b"\n") != ends or content.count(b"\r") != ends:
            return b"550 5.6.11 Bare CR or LF\r\n"
        if max(map(len, lines)) > MAX_LINE:
            return b"550 5.6.11 A line over 998 octets\r\n"
        return b"552 5.3.4 Too large\r\n" if len(content) > MAX_SIZE else b""

    def accept(self, ref: str, recipient: str, content: bytes) -> None:
        self.accepted += 1
        self.log.append(ref=ref, to=recipient, size=len(content))
        self.receive(ref, content)


class Connection(asyncio.Protocol):
    """One SMTP dialogue."""

    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink
        self._buffer = bytearray()
        self._is_content = False
        self._is_busy = False
        self._sender: bytes | None = None
        self._recipient: bytes | None = None
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport = transport
        self._sink.connections += 1
        self._sink.open += 1
        if 0 < self._sink.personality().most_connections < self._sink.open:
            transport.write(b"421 4.7.0 Too many connections\r\n")
            transport.close()
            return
        transport.write(b"220 sink ESMTP\r\n")

    def connection_lost(self, _error: Exception | None) -> None:
        self._sink.open -= 1

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._go_on()

    def _go_on(self) -> None:
        """Work off the buffer as far as it goes and answer all at once, as PIPELINING asks."""
        replies: list[bytes] = []
        while not self._is_busy and not self._transport.is_closing():
            reply = self._content() if self._is_content else self._command()
            if reply is None:
                break
            replies.append(reply)
        if replies:
            self._transport.write(b"".join(replies))
        if replies and replies[-1].startswith((b"221", b"421")):
            self._transport.close()

    def _command(self) -> bytes | None:
        end = self._buffer.find(b"\n")
        if end < 0:
            return None
        line = bytes(self._buffer[: end + 1])
        del self._buffer[: end + 1]
        if not line.endswith(b"\r\n") or len(line) > MAX_LINE or b"\r" in line[:-2]:
            return b"500 5.5.2 Bad line\r\n"
        verb, _, rest = line[:-2].partition(b" ")
        answer = _VERBS.get(verb.upper())
        return answer(self, rest) if answer else b"502 5.5.1 What?\r\n"

    def _hello(self, name: bytes) -> bytes:
        self._reset(b"")
        if not name:
            return b"501 5.5.4 Who?\r\n"
        has_pipelining = self._sink.personality().has_pipelining
        return _EHLO if has_pipelining else _EHLO.replace(b"250-PIPELINING\r\n", b"")

    def _mail(self, rest: bytes) -> bytes:
        found = _ADDRESS.match(rest)
        if not found or not rest.upper().startswith(b"FROM:"):
            return b"501 5.5.4 MAIL FROM:<address>\r\n"
        size = _SIZE.search(found[2])
        if size and int(size[1]) > MAX_SIZE:
            return b"552 5.3.4 Too large\r\n"
        self._sender, self._recipient = found[1], None
        return b"250 2.1.0 Ok\r\n"

    def _rcpt(self, rest: bytes) -> bytes:
        found = _ADDRESS.match(rest)
        if self._sender is None:
            return b"503 5.5.1 MAIL first\r\n"
        if not found or not rest.upper().startswith(b"TO:") or b"@" not in found[1]:
            return b"501 5.1.3 RCPT TO:<address>\r\n"
        for start, refusal in _RECIPIENTS.items():
            if found[1].startswith(start):
                return refusal
        self._recipient = found[1]
        return b"250 2.1.5 Ok\r\n"

    def _data(self, _rest: bytes) -> bytes | None:
        if self._recipient is None:
            return b"503 5.5.1 RCPT first\r\n"
        fault = self._sink.fault_for(f"to {self._recipient.decode('latin-1')}")
        if fault and fault.kind == "close_at_data":
            self._transport.abort()
            return None
        self._is_content = True
        return b"354 Go ahead\r\n"

    def _reset(self, _rest: bytes) -> bytes:
        self._sender = self._recipient = None
        return b"250 2.0.0 Ok\r\n"

    def _content(self) -> bytes | None:
        """Take a message once its end is here."""
        if self._buffer.startswith(b".\r\n"):
            end, length = 0, 3
        else:
            end, length = self._buffer.find(b"\r\n.\r\n"), 5
        if end < 0:
            return None
        content = bytes(self._buffer[:end])
        del self._buffer[: end + length]
        self._is_content = False
        recipient = (self._recipient or b"").decode("latin-1")
        self._reset(b"")
        return self._finished(content, recipient)

    def _finished(self, content: bytes, recipient: str) -> bytes | None:
        sink = self._sink
        if not content or (complaint := sink.complaint(content)):
            sink.refused += 1
            return complaint if content else b"554 5.6.0 Empty\r\n"
        head = content[: content.find(b"\r\n\r\n") + 2]
        found = _REF.search(head)
        ref = found[1].decode("latin-1") if found else ""
        fault = sink.fault_for(ref)
        if fault and fault.kind in _AT_THE_END:
            return _AT_THE_END[fault.kind]
        if not (fault and fault.kind.endswith("_before")):
            sink.accept(ref, recipient, content)
        if fault and fault.kind.endswith(("_before", "_after")):
            self._vanish(fault)
            return None
        return self._taken(self._pause(fault, ref))

    def _vanish(self, fault: Fault) -> None:
        """Answer nothing: hang up at once, or after a long silence."""
        self._is_busy = True
        if fault.kind.startswith("close"):
            self._transport.abort()
        else:
            asyncio.get_running_loop().call_later(fault.seconds, self._transport.abort)

    def _pause(self, fault: Fault | None, ref: str) -> float:
        person = self._sink.personality()
        slow = fault.seconds if fault and fault.kind == "slow" else 0.0
        if person.latency[1]:
            slow += within(person.latency, person.draw("latency", ref))
        return slow

    def _taken(self, pause: float) -> bytes | None:
        """Say so now, or put it off with everything behind it."""
        if not pause:
            return b"250 2.0.0 Taken\r\n"
        self._is_busy = True
        asyncio.get_running_loop().call_later(pause, self._resume)
        return None

    def _resume(self) -> None:
        self._is_busy = False
        if not self._transport.is_closing():
            self._transport.write(b"250 2.0.0 Taken\r\n")
            self._go_on()


_VERBS: dict[bytes, Callable[[Connection, bytes], bytes | None]] = {
    b"EHLO": Connection._hello,  # noqa: SLF001
    b"HELO": Connection._hello,  # noqa: SLF001
    b"MAIL": Connection._mail,  # noqa: SLF001
    b"RCPT": Connection._rcpt,  # noqa: SLF001
    b"DATA": Connection._data,  # noqa: SLF001
    b"RSET": Connection._reset,  # noqa: SLF001
    b"NOOP": lambda _dialogue, _rest: b"250 2.0.0 Ok\r\n",
    b"QUIT": lambda _dialogue, _rest: b"221 2.0.0 Bye\r\n",
    b"VRFY": lambda _dialogue, _rest: b"252 2.0.0 Send and see\r\n",
}


async def serve(sink: SmtpSink, port: int) -> asyncio.Server:
    """Listen on 127.0.0.1; port 0 takes any free one."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(sink.connect, "127.0.0.1", port, backlog=1024)
