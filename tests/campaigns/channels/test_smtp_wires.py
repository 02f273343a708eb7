"""The SMTP channel over other wires than a plain pipelined one."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from campaigns.channels.base import Accepted, Ambiguous, NotAccepted, Outgoing
from campaigns.channels.smtp import SmtpAdapter
from demo.sinks.running import RunningSinks
from tests.campaigns.channels import tls_front

SENDER = "Shop <news@shop.example>"


def letters(name: str, count: int) -> list[Outgoing]:
    return [
        Outgoing(f"{name}-{i}", f"anna{i}@example.org", "Привет", html="<p>Привет</p>")
        for i in range(count)
    ]


def logged(sinks: RunningSinks, name: str) -> list[str]:
    refs = (str(line["ref"]) for line in sinks.accepted("smtp"))
    return sorted(ref for ref in refs if ref.startswith(f"{name}-"))


@pytest.fixture
def encrypted(
    sinks: RunningSinks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, Any]]:
    """How to connect to the sink with TLS; its authority is trusted."""
    with tls_front.standing_before(sinks.smtp_port, tmp_path) as (port, voucher):
        monkeypatch.setenv("SSL_CERT_FILE", str(voucher))
        yield {"host": tls_front.HOST, "port": port, "security": "tls", "sender": SENDER}


def test_letters_go_over_several_encrypted_connections(
    sinks: RunningSinks, encrypted: dict[str, Any]
) -> None:
    batch = letters("tls", 60)
    adapter = SmtpAdapter(encrypted)

    results = adapter.send_many(batch)

    adapter.close()
    assert results == [Accepted(f"{one.ref}@shop.example") for one in batch]
    assert logged(sinks, "tls") == sorted(one.ref for one in batch)


def test_silence_on_an_encrypted_connection_is_told_from_a_loss(
    sinks: RunningSinks, encrypted: dict[str, Any]
) -> None:
    sinks.configure(email={"faults": [{"kind": "timeout_after", "rate": 1.0, "seconds": 5}]})
    adapter = SmtpAdapter(encrypted | {"read_seconds": 0.5})

    results = adapter.send_many(letters("hush", 1))

    adapter.close()
    assert results == [Ambiguous("timeout")]


def test_a_server_that_nobody_vouches_for_gets_nothing(
    sinks: RunningSinks, encrypted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")

    results = SmtpAdapter(encrypted).send_many(letters("stranger", 1))

    assert results == [NotAccepted("connect: SSLCertVerificationError")]
    assert logged(sinks, "stranger") == []


def test_a_server_without_pipelining_is_asked_step_by_step(sinks: RunningSinks) -> None:
    sinks.configure(email={"has_pipelining": False})
    batch = letters("steps", 40)
    batch[3] = batch[3]._replace(address="bounce-1@example.org")
    adapter = SmtpAdapter({"host": "127.0.0.1", "port": sinks.smtp_port, "sender": SENDER})

    results = adapter.send_many(batch)

    adapter.close()
    refused = [place for place, one in enumerate(results) if not isinstance(one, Accepted)]
    assert refused == [3]
    assert logged(sinks, "steps") == sorted(one.ref for one in batch if one is not batch[3])


def test_a_server_inside_gets_nothing_where_the_way_to_it_is_closed(
    sinks: RunningSinks, settings: Any
) -> None:
    inside = {"host": "127.0.0.1", "port": sinks.smtp_port, "sender": SENDER}
    before = sinks.counts()["smtp_connections"]
    settings.EGRESS_ALLOW_LOOPBACK = False

    results = SmtpAdapter(inside).send_many(letters("closed", 20))

    assert results == [NotAccepted("connect: EgressRefused")] * 20
    assert sinks.counts()["smtp_connections"] == before


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_no_kind_of_encryption_leads_inside(security: str, settings: Any) -> None:
    settings.EGRESS_ALLOW_LOOPBACK = False
    inside = {"host": "localhost", "port": 465, "security": security, "sender": SENDER}

    results = SmtpAdapter(inside).send_many(letters("closed", 1))

    assert results == [NotAccepted("connect: EgressRefused")]


@contextmanager
def server(speak: Callable[[socket.socket], None]) -> Iterator[dict[str, Any]]:
    """A mail server of one connection at a time that says what the test wants; how to reach it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                with suppress(OSError), listener.accept()[0] as peer:
                    speak(peer)
                if listener.fileno() < 0:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield {"host": "127.0.0.1", "port": listener.getsockname()[1], "sender": SENDER}
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def drip(peer: socket.socket) -> None:
    """A sign now and then, a reply never: no single wait is long."""
    for _ in range(60):
        peer.sendall(b"2")
        time.sleep(0.1)


def drip_after_the_greeting(peer: socket.socket) -> None:
    peer.sendall(b"220 hello\r\n")
    peer.recv(4_096)
    peer.sendall(b"250 PIPELINING\r\n")
    peer.recv(4_096)
    drip(peer)


def go_on_for_ever(peer: socket.socket) -> None:
    peer.sendall(b"220 hello\r\n")
    peer.recv(4_096)
    peer.sendall(b"250 PIPELINING\r\n")
    for _ in range(600):
        peer.sendall(b"250-and then\r\n")
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("speak", "reason"),
    [
        # Cut off before the first sign or after it: two names for one failure.
        (drip, "connect: SMTP"),
        (drip_after_the_greeting, "connection_lost"),
        (go_on_for_ever, "connection_lost"),
    ],
)
def test_a_server_that_drips_is_waited_for_as_long_as_a_silent_one(
    speak: Callable[[socket.socket], None], reason: str
) -> None:
    with server(speak) as reached:
        adapter = SmtpAdapter(
            reached | {"connect_seconds": 0.25, "read_seconds": 0.3, "connections": 1}
        )
        began = time.monotonic()
        (result,) = adapter.send_many(letters("slow", 1))
        seconds = time.monotonic() - began
        adapter.close()

    assert isinstance(result, NotAccepted)
    assert result.reason.startswith(reason)
    assert seconds < 3
