"""The quick reading of a body: never lets through what the strict one refuses, nor reads otherwise."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.parsers import strict_loads
from core.api.quick import Quick, Unsayable
from core.api.shapes import FORMATS, Shape
from core.errors import InvalidInput
from tests.core.test_parsers import REFUSED

ITEM = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 4, "pattern": r"\S"},
        "word": {"type": "string", "pattern": "^[a-z]+$"},
        "kind": {"type": "string", "enum": ["", "a"]},
        "at": {"type": "string", "format": "date-time"},
        "whole": {"type": "integer", "minimum": 0, "maximum": 10**12},
        "price": {"type": "number", "exclusiveMinimum": 0, "maximum": 10**6},
    },
}
LIST = {"type": "array", "minItems": 1, "maxItems": 3, "items": ITEM}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["items"],
    "additionalProperties": False,
    "properties": {"items": LIST, "source": {"type": "string", "maxLength": 3}},
}
SHAPE = Shape("Quick", SCHEMA)
QUICK = Quick(SCHEMA, FORMATS)
GOOD = {
    "one field": b'{"items": [{"id": "a"}]}',
    "every field": b'{"source":"s","items":[{"price":2.50,"whole":0,"id":"a","kind":"",'
    b'"word":"ab","at":"2024-03-01T12:00:00+03:00"},{"price":3,"id":"b"}]}',
    "escapes": b'{"items": [{"id": "\\"\\\\"}, {"id": "\\u0434\\u0022"}, {"id": "\\\\\\""}]}',
    "Cyrillic": '{"items": [{"id": "чай"}]}'.encode(),
}
BAD = {
    "a key twice": b'{"items": [{"id": "a", "id": "b"}]}',
    "a key twice beside a fraction": b'{"items": [{"id": "a", "price": 1.5, "price": 1.5}]}',
    "an unknown key": b'{"items": [{"id": "a", "more": 1}]}',
    "an unknown key beside a fraction": b'{"items": [{"id": "a", "price": 1.5, "more": 1}]}',
    "an unknown key of quotes": b'{"items": [{"id": "a", "\\"\\"": 1}]}',
    "a fraction for a whole": b'{"items": [{"id": "a", "whole": 1.0}]}',
    "an exponent for a whole": b'{"items": [{"id": "a", "whole": 1e2}]}',
    "true for a whole": b'{"items": [{"id": "a", "whole": true}]}',
    "too much": b'{"items": [{"id": "a", "whole": 1000000000001}]}',
    "a text for a price": b'{"items": [{"id": "a", "price": "1"}]}',
    "true for a price": b'{"items": [{"id": "a", "price": true}]}',
    "a price of nothing": b'{"items": [{"id": "a", "price": 0.0}]}',
    "a price past reason": b'{"items": [{"id": "a", "price": 1e999}]}',
    "a line break after a word": b'{"items": [{"id": "a", "word": "a\\n"}]}',
    "an instant without an offset": b'{"items": [{"id": "a", "at": "2024-03-01T12:00:00"}]}',
    "a day that is none": b'{"items": [{"id": "a", "at": "2024-02-30T12:00:00Z"}]}',
    "null": b'{"items": [{"id": null}]}',
    "too long": b'{"items": [{"id": "abcde"}]}',
    "blank": b'{"items": [{"id": " "}]}',
    "none": b'{"items": []}',
    "too many": b'{"items": [{"id":"a"},{"id":"a"},{"id":"a"},{"id":"a"}]}',
    "nothing said": b"{}",
    "NUL": b'{"items": [{"id": "\\u0000"}]}',
}


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD.keys())
def test_a_good_body_is_read_at_once_and_as_the_strict_reading_does(body: bytes) -> None:
    found = QUICK.read(body)

    assert found is not None
    assert repr(sorted(found.items())) == repr(sorted(SHAPE.check(strict_loads(body)).items()))


@pytest.mark.parametrize("body", [*BAD.values(), *REFUSED.values()], ids=[*BAD, *REFUSED])
def test_a_bad_body_is_left_to_the_strict_reading(body: bytes) -> None:
    assert QUICK.read(body) is None
    with pytest.raises(InvalidInput):
        SHAPE.read(body)


def test_a_price_keeps_its_digits() -> None:
    found = QUICK.read(b'{"items": [{"id": "a", "price": 2.50}, {"id": "b", "price": 3}]}')

    assert found is not None
    assert [repr(item["price"]) for item in found["items"]] == [repr(Decimal("2.50")), "3"]


RICH = {
    "any properties": {"type": "object"},
    "either of two types": {"type": ["string", "null"]},
    "an unknown word": {"type": "string", "const": "a"},
}


@pytest.mark.parametrize("schema", RICH.values(), ids=RICH.keys())
def test_a_schema_that_types_cannot_say_is_read_slowly(schema: dict[str, Any]) -> None:
    with pytest.raises(Unsayable):
        Quick(schema, FORMATS)


KEYS = st.sampled_from([*ITEM["properties"], "more", '"', "\\", ""])  # type: ignore[misc]
VALUES = st.one_of(
    st.sampled_from(['""', '"a"', '"a\\"b"', '"\\\\"', "null", "1", "1.5", "-0", "1e2", "true",
                     "[]", "{}", "1" * 20, '"2024-03-01T12:00:00Z"', '"\\u0434"', '" "']),
    st.text(max_size=5).map(json.dumps),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
)  # fmt: skip
ITEMS = st.lists(st.tuples(KEYS, VALUES), max_size=4).map(
    lambda pairs: "{" + ", ".join(f"{json.dumps(key)}: {text}" for key, text in pairs) + "}"
)


@given(items=st.lists(ITEMS, max_size=4), named=st.sampled_from(["items", "item", "source"]))
def test_whatever_is_read_at_once_the_strict_reading_reads_the_same(
    items: list[str], named: str
) -> None:
    body = f'{{"{named}": [{", ".join(items)}]}}'.encode()

    found = QUICK.read(body)

    assert found is None or repr(found) == repr(
        _in_its_order(found, SHAPE.check(strict_loads(body)))
    )


def _in_its_order(model: Any, document: Any) -> Any:
    """The document with its keys in the order of another, so that types are compared as well."""
    if isinstance(document, dict):
        return {key: _in_its_order(model[key], document[key]) for key in model if key in document}
    if isinstance(document, list):
        return [_in_its_order(a, b) for a, b in zip(model, document, strict=True)]
    return document
