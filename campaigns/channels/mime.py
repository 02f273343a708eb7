"""A rendered e-mail as the octets of an SMTP DATA command, fast and strict.

What a campaign's messages share is compiled once (`_head`); a message is then filled by joining
octets. Values cannot leave their header: control signs become spaces. Lines stay under 998
octets, every line ends in CRLF, a leading dot is doubled.
"""

import re
from binascii import b2a_base64, b2a_qp
from email.utils import formataddr, parseaddr
from functools import lru_cache

from campaigns.channels.base import Outgoing

BOUNDARY = b"=_rondo_alternative"
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_ODD = re.compile(r"[\s<>@]")
_URL = re.compile(r"https?://[!-;=?-~]+")
_MAX_PLAIN_LINE = 900
_WORD_BYTES = 42
_SHORT_HEADER = 900
# Above this share of other than ASCII octets base64 is shorter than quoted-printable.
_MANY = 1 / 6
_OURS = frozenset(
    {
        "from", "to", "subject", "date", "message-id", "mime-version", "content-type",
        "content-transfer-encoding", "list-unsubscribe", "list-unsubscribe-post",
        "x-rondo-delivery", "cc", "bcc", "sender", "return-path",
    }
)  # fmt: skip


def build(outgoing: Outgoing, *, sender: str, date: str) -> bytes:
    """The whole message, dots doubled, up to but without the line with the final dot.

    Raises ValueError for a sender or a header that cannot be.
    """
    parts = [
        _head(sender, tuple(outgoing.headers.items())),
        b"Date: " + date.encode(),
        b"To: " + _clean(outgoing.address).encode("ascii", "replace"),
        b"Subject: " + _words(outgoing.subject),
        b"Message-ID: <" + message_id(outgoing.ref, domain_of(sender)).encode() + b">",
        b"X-Rondo-Delivery: " + _clean(outgoing.ref).encode("ascii", "replace"),
        *_leave(outgoing.list_unsubscribe_url),
        *(_alternative(outgoing) if outgoing.html else _part(b"plain", outgoing.text)),
    ]
    octets = b"\r\n".join(parts)
    return octets.replace(b"\r\n.", b"\r\n..") if b"\r\n." in octets else octets


def message_id(ref: str, domain: str) -> str:
    """The id that a delivery has for ever, whatever the attempt."""
    return f"{_clean(ref)}@{domain}"


@lru_cache(maxsize=512)
def address_of(sender: str) -> str:
    """The address of a `Name <address>`, in ASCII; raises ValueError for none."""
    local, _, domain = parseaddr(_clean(sender))[1].rpartition("@")
    if not local.isascii() or not local or not domain or _ODD.search(local + domain):
        raise ValueError("a sender is an address with a domain")
    return f"{local}@{domain.encode('idna').decode()}"


def domain_of(sender: str) -> str:
    """The domain of a sender."""
    return address_of(sender).rpartition("@")[2]


@lru_cache(maxsize=512)
def _head(sender: str, headers: tuple[tuple[str, str], ...]) -> bytes:
    """The headers that a campaign's messages share; a name of ours or a bad one is refused."""
    if bad := [name for name, _ in headers if name.lower() in _OURS or not _NAME.fullmatch(name)]:
        raise ValueError(f"a header may not be set: {bad[0][:60]!r}")
    name = parseaddr(_clean(sender))[0]
    lines = [b"MIME-Version: 1.0", b"From: " + _sender(name, address_of(sender))]
    lines += [key.encode() + b": " + _words(value) for key, value in headers]
    return b"\r\n".join(lines)


def _sender(name: str, address: str) -> bytes:
    if name.isascii():
        return formataddr((name, address)).encode()
    return _words(name) + b" <" + address.encode() + b">"


def _leave(url: str) -> tuple[bytes, ...]:
    if not _URL.fullmatch(url) or "=?" in url:
        return ()
    return (
        b"List-Unsubscribe: <" + url.encode() + b">",
        b"List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    )


def _alternative(outgoing: Outgoing) -> tuple[bytes, ...]:
    line = b"--" + BOUNDARY
    return (
        b'Content-Type: multipart/alternative; boundary="' + BOUNDARY + b'"',
        b"",
        line,
        *_part(b"plain", outgoing.text),
        line,
        *_part(b"html", outgoing.html),
        line + b"--",
    )


def _part(kind: bytes, text: str) -> tuple[bytes, ...]:
    encoding, body = encoded(text)
    return (
        b"Content-Type: text/" + kind + b"; charset=utf-8",
        b"Content-Transfer-Encoding: " + encoding,
        b"",
        body,
    )


def encoded(text: str) -> tuple[bytes, bytes]:
    """The name of a transfer encoding and the text in it, without a last line end."""
    if "\r" in text or "\x00" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    text = text.replace("\n", "\r\n")
    octets = text.encode("utf-8", "replace")
    beyond_ascii = len(octets) - len(text)
    # As it is, a text could hold the boundary and begin a part of its own; encoded it cannot.
    is_plain = not beyond_ascii and BOUNDARY not in octets
    if is_plain and max(map(len, octets.split(b"\r\n"))) <= _MAX_PLAIN_LINE:
        return b"7bit", octets
    if beyond_ascii > len(octets) * _MANY:
        return b"base64", _wrapped(b2a_base64(octets, newline=False))
    return b"quoted-printable", b2a_qp(octets + b"\r\n", istext=True)[:-2]


def _wrapped(encoded_octets: bytes) -> bytes:
    lines = (encoded_octets[i : i + 76] for i in range(0, len(encoded_octets), 76))
    return b"\r\n".join(lines)


def _clean(value: str) -> str:
    # Most values hold nothing but what is printed, which is quickly told.
    return value.strip() if value.isprintable() else _CONTROL.sub(" ", value).strip()


def _words(value: str) -> bytes:
    """A header's text: as it is when short and ASCII, else in encoded words (RFC 2047)."""
    clean = _clean(value)
    if clean.isascii() and len(clean) <= _SHORT_HEADER and "=?" not in clean:
        return clean.encode()
    words = [b"=?utf-8?b?" + b2a_base64(piece, newline=False) + b"?=" for piece in _pieces(clean)]
    return b"\r\n ".join(words)


def _pieces(text: str) -> list[bytes]:
    """The text in pieces of whole signs, each short enough for one encoded word."""
    pieces, piece = [], b""
    for sign in text:
        octets = sign.encode("utf-8", "replace")
        if len(piece) + len(octets) > _WORD_BYTES:
            pieces.append(piece)
            piece = b""
        piece += octets
    return [*pieces, piece]
