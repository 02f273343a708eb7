"""What the strict parser refuses, and what it lets through."""

import io
import re
import time
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.utils import translation

from core.api.parsers import BodyTooLarge, InvalidJson, StrictJSONParser, strict_loads

REFUSED = {
    "duplicate keys": b'{"a": 1, "a": 2}',
    "duplicate keys below": b'{"a": [{"b": 1, "b": 1}]}',
    "NaN": b'{"a": NaN}',
    "Infinity": b"[-Infinity]",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "trailing comma": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "a comment": b"{} // no",
    "two documents": b"{}{}",
    "nothing": b"",
    "invalid UTF-8": b'{"a": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "an overlong encoding": b'{"a": "\xc0\xaf"}',
    "a lone surrogate": b'{"a": "\\ud800"}',
    "a lone surrogate as a key": b'{"\\udfff": 1}',
    "half a pair inside Cyrillic": '{"a": ["да", "\\ud83d!"]}'.encode(),
    "NUL": b'{"a": "\\u0000"}',
    "a raw control sign": b'{"a": "\x01"}',
    "a number of 400 digits": b'{"a": 1' + b"0" * 400 + b"}",
    "a number of 10,000 digits": b'{"a": 1' + b"0" * 10_000 + b"}",
    "an exponent past reason": b'{"a": 1e999999999}',
    "21 levels": b"[" * 21 + b"]" * 21,
    "10,000 levels": b"[" * 10_000 + b"]" * 10_000,
    "a million openings": b"[" * 1_000_000,
    "deep objects": b'{"a":' * 400 + b"1" + b"}" * 400,
}
TAKEN: dict[str, tuple[bytes, object]] = {
    "20 levels": (b"[" * 20 + b"]" * 20, None),
    "escaped Cyrillic": (b'{"a": "\\u0434\\u0430"}', {"a": "да"}),
    "an escaped pair": (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
    "a backslash before u0000": (b'{"a": "\\\\u0000"}', {"a": "\\u0000"}),
    "a fraction as Decimal": (b'{"a": 1.0}', {"a": Decimal("1.0")}),
    "an exponent as Decimal": (b'{"a": 1e2}', {"a": Decimal("1e2")}),
    "__proto__ as a plain key": (b'{"__proto__": {}}', {"__proto__": {}}),
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_strict_json_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidJson):
        strict_loads(body)


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_a_refusal_takes_less_than_a_tenth_of_a_second(body: bytes) -> None:
    started = time.process_time()
    with pytest.raises(InvalidJson):
        strict_loads(body)

    assert time.process_time() - started < 0.1


@pytest.mark.parametrize(("body", "document"), TAKEN.values(), ids=TAKEN.keys())
def test_strict_json_is_read(body: bytes, document: object) -> None:
    found = strict_loads(body)

    assert document is None or found == document


def test_fractions_keep_their_kind() -> None:
    found = strict_loads(b"[1.0, 1e2, 1]")

    assert [type(value) for value in found] == [Decimal, Decimal, int]


@pytest.mark.parametrize(
    "body",
    [b"\xef\xbb\xbf{}", b"\xff", b"{", b'{"a": 1, "a": 2}', b"[NaN]", b"[" * 100_000, b"9" * 5_000],
)
def test_what_is_wrong_is_said_in_the_readers_language(body: bytes) -> None:
    with translation.override("ru"), pytest.raises(InvalidJson) as refused:
        strict_loads(body)

    said = re.sub("JSON|UTF-8|BOM|NaN", "", refused.value.detail)
    assert re.search("[А-Яа-я]", said)
    assert not re.search("[A-Za-z]", said)


@pytest.mark.parametrize(("announced", "heard"), [(2**20 + 1, 2**20 + 1), (2**26, 2**24)])
def test_a_body_that_is_too_large_is_heard_out_within_reason(announced: int, heard: int) -> None:
    request = RequestFactory().post("/", b"", content_type="application/json")
    request.META["CONTENT_LENGTH"] = str(announced)
    stream = io.BytesIO(bytes(announced))

    with pytest.raises(BodyTooLarge):
        StrictJSONParser().parse(stream, "application/json", {"request": request})

    assert stream.tell() == heard


def test_a_body_of_just_a_mebibyte_is_read() -> None:
    request = RequestFactory().post("/", b"", content_type="application/json")
    request.META["CONTENT_LENGTH"] = str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    body = bytes(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)

    found = StrictJSONParser().parse(io.BytesIO(body), "application/json", {"request": request})

    assert found == body


def test_a_long_key_that_stands_twice_is_not_given_back_whole() -> None:
    name = "a" * 5_000

    with pytest.raises(InvalidJson) as refused:
        strict_loads(f'{{"{name}": 1, "{name}": 2}}'.encode())

    assert refused.value.fields[0]["field"] == name[:100]
