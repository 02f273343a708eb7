"""Messages as octets: readable by the standard library, strict enough for any server."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.channels import mime
from campaigns.channels.base import Outgoing

SENDER = "Магазин <news@shop.example>"
DATE = "Fri, 01 May 2026 12:00:00 -0000"
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.just("\n"))


def octets(**changes: Any) -> bytes:
    given_ = {"ref": "17", "address": "anna@example.org", "text": "Hello", "subject": "Hi"}
    return mime.build(Outgoing(**given_ | changes), sender=SENDER, date=DATE)


def parsed(**changes: Any) -> EmailMessage:
    raw = octets(**changes).replace(b"\r\n..", b"\r\n.")
    return message_from_bytes(raw, policy=policy.default)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n").rstrip("\n")


def test_every_header_is_in_its_place() -> None:
    message = parsed(
        subject="Анна, у вас 300 баллов",
        html="<p>Hi</p>",
        list_unsubscribe_url="https://shop.example/m/u/1abc",
        headers={"X-Campaign": "весна"},
    )

    assert message["From"] == SENDER
    assert message["To"] == "anna@example.org"
    assert message["Subject"] == "Анна, у вас 300 баллов"
    assert message["Message-ID"] == "<17@shop.example>"
    assert message["X-Rondo-Delivery"] == "17"
    assert message["X-Campaign"] == "весна"
    assert message["List-Unsubscribe"] == "<https://shop.example/m/u/1abc>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_content_type() == "multipart/alternative"
    assert message.defects == []


@given(TEXT, TEXT, TEXT)
def test_any_text_arrives_as_it_was_and_every_line_is_legal(
    subject: str, text: str, html: str
) -> None:
    message = parsed(subject=subject, text=text, html=html + ".")
    raw = octets(subject=subject, text=text, html=html + ".")

    assert body(message, "plain") == text.rstrip("\n")
    assert body(message, "html") == html + "."
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.isascii()
    assert b"\r\n.\r\n" not in raw


@pytest.mark.parametrize(
    "evil",
    [
        "Hi\r\nBcc: all@example.org",
        "Hi\nBcc: all@example.org",
        "Hi\rBcc: all@example.org",
        "Hi\x00\x0b\x0cBcc: all@example.org",
        "Hi\x85Bcc: all@example.org",
        "Hi\u2028Bcc: all@example.org",
        "=?utf-8?q?Hi=0D=0ABcc:_all?=",
    ],
)
def test_no_value_can_open_a_header(evil: str) -> None:
    message = parsed(
        subject=evil, ref=evil, list_unsubscribe_url=f"https://x/{evil}", headers={"X-A": evil}
    )

    assert message["Bcc"] is None
    assert message["List-Unsubscribe"] is None
    assert len(message.keys()) == 10


@pytest.mark.parametrize("kind", ["text", "html"])
def test_no_value_can_open_a_part_of_the_letter(kind: str) -> None:
    line = f"--{mime.BOUNDARY.decode()}"
    evil = f"Anna\n{line}\nContent-Type: text/html\n\n<b>Pay here</b>\n{line}--\n"

    message = parsed(**{"text": "Hello", "html": "<p>Hello</p>", kind: evil})

    assert [part.get_content_subtype() for part in message.iter_parts()] == ["plain", "html"]
    assert body(message, "plain" if kind == "text" else "html") == evil.rstrip()


@pytest.mark.parametrize("name", ["Bcc", "From", "X A", "X-A:", "X\r\nBcc", "", "Content-Type"])
def test_a_header_name_of_ours_or_a_bad_one_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="header"):
        octets(headers={name: "x"})


@pytest.mark.parametrize("sender", ["", "no address", "<>", "@shop.example", "мир@shop.example"])
def test_a_sender_without_an_address_is_refused(sender: str) -> None:
    with pytest.raises(ValueError, match="address"):
        mime.build(Outgoing("1", "a@b.c", "x"), sender=sender, date=DATE)


def test_a_sender_in_another_script_gets_its_ascii_domain() -> None:
    assert mime.domain_of("Лавка <news@лавка.рф>") == "xn--80aaf6ac.xn--p1ai"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello\n.\nworld", b"7bit"),
        ("x" * 2_000, b"quoted-printable"),
        ("Ünly a few, the rest is plain and long enough", b"quoted-printable"),
        ("Привет, как дела", b"base64"),
    ],
)
def test_the_shortest_safe_encoding_is_chosen(text: str, expected: bytes) -> None:
    assert mime.encoded(text)[0] == expected


def test_a_lone_surrogate_does_not_stop_a_message() -> None:
    assert body(parsed(text="a\ud800b"), "plain") == "a?b"


def test_one_persons_values_do_not_reach_the_next_message() -> None:
    first = octets(subject="canary-one", text="canary-one", html="canary-one")
    second = octets(ref="18", subject="canary-two", text="canary-two", html="canary-two")

    assert b"canary-one" in first
    assert b"canary-one" not in second
