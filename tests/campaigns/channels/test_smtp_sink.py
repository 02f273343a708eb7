"""The sink itself is strict: what real servers refuse does not pass here either."""

import socket
from typing import Any

import pytest

from demo.sinks.running import RunningSinks

HEAD = b"X-Rondo-Delivery: strict-1\r\nSubject: x\r\n\r\n"


def dialogue(sinks: RunningSinks, *lines: bytes) -> list[bytes]:
    """The first line of each reply; one write a step."""
    replies = []
    with socket.create_connection(("127.0.0.1", sinks.smtp_port), 5) as peer:
        stream = peer.makefile("rb")
        stream.readline()
        for line in lines:
            peer.sendall(line)
            reply = stream.readline()
            while reply[3:4] == b"-":
                reply = stream.readline()
            replies.append(reply[:3])
    return replies


ENVELOPE = (b"EHLO me\r\n", b"MAIL FROM:<a@b.c>\r\n", b"RCPT TO:<d@e.f>\r\n", b"DATA\r\n")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"fine\r\n", b"250"),
        (b"x" * 998 + b"\r\n", b"250"),
        (b"bare\nline\r\n", b"550"),
        (b"bare\rreturn\r\n", b"550"),
        (b"x" * 999 + b"\r\n", b"550"),
    ],
)
def test_only_well_formed_content_is_taken(sinks: RunningSinks, body: bytes, code: bytes) -> None:
    before = len(sinks.accepted("smtp"))

    replies = dialogue(sinks, *ENVELOPE, HEAD + body + b".\r\n")

    assert replies == [b"250", b"250", b"250", b"354", code]
    assert len(sinks.accepted("smtp")) - before == (code == b"250")


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([b"EHLO me\n"], b"500"),
        ([b"DATA\r\n"], b"503"),
        ([b"RCPT TO:<a@b.c>\r\n"], b"503"),
        ([b"MAIL TO:<a@b.c>\r\n"], b"501"),
        ([b"MAIL FROM:<a b>\r\n"], b"501"),
        ([b"MAIL FROM:<>\r\n", b"RCPT TO:<nobody>\r\n"], b"501"),
        ([b"MAIL FROM:<> SIZE=99999999\r\n"], b"552"),
        ([b"STARTTLS\r\n"], b"502"),
        ([b"QUIT\r\n"], b"221"),
    ],
)
def test_the_order_and_the_form_of_commands_are_kept(
    sinks: RunningSinks, steps: list[bytes], code: bytes
) -> None:
    assert dialogue(sinks, *steps)[-1] == code


def test_the_log_holds_reference_recipient_and_time(sinks: RunningSinks) -> None:
    dialogue(sinks, *ENVELOPE, HEAD + b"x\r\n.\r\n")

    line: dict[str, Any] = sinks.accepted("smtp")[-1]
    assert (line["ref"], line["to"]) == ("strict-1", "d@e.f")
    assert line["at"] > 1_700_000_000
