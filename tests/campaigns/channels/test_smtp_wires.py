"""The SMTP channel over other wires than a plain pipelined one."""

from collections.abc import Iterator
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
