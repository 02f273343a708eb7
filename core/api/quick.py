"""Bodies read and checked in one pass by compiled types; whatever they doubt is read slowly."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, NotRequired, Required, TypedDict

import fastjsonschema
import msgspec
import orjson

from core.api.parsers import InvalidJson, fraction

Schema = Mapping[str, Any]
Test = Callable[[Any], bool]
Formats = Mapping[str, Callable[[object], bool]]
# What a schema may say and its type says too; a schema that says more is read slowly.
WORDS = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "minItems", "maxItems"},
    "string": {"minLength", "maxLength", "pattern", "enum", "format"},
    "integer": {"minimum", "maximum"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"},
}
BOUNDS = {"minLength": "min_length", "maxLength": "max_length", "minItems": "min_length",
          "maxItems": "max_length", "minimum": "ge", "maximum": "le"}  # fmt: skip
DOUBTS = (msgspec.MsgspecError, InvalidJson, UnicodeDecodeError, RecursionError, TypeError,
          ValueError)  # fmt: skip


class Unsayable(Exception):
    """A schema that types cannot say."""


class Quick:
    """Reads the documents that a schema lets through. Raises Unsayable for a schema too rich."""

    def __init__(self, schema: Schema, formats: Formats) -> None:
        kind, self._test = _typed(schema, formats)
        self._decode = msgspec.json.Decoder(kind, float_hook=fraction).decode

    def read(self, body: bytes) -> Any | None:
        """The document of a good body; None when it is not good, or not surely."""
        try:
            document = self._decode(body)
            # A key that stood twice, or that nobody asked for, is gone from what was read.
            is_whole = _marks(_bare(document)) == _marks(body) and b"\\u0000" not in body
        except DOUBTS:
            return None
        return document if is_whole and (not self._test or self._test(document)) else None


def _bare(document: Any) -> bytes:
    """The document as JSON, a null for each fraction."""
    return orjson.dumps(document, default=lambda _fraction: None)


def _marks(text: bytes) -> int:
    """How many quotation marks open or close a string: two a key, two a text."""
    if b"\\" not in text:
        return text.count(b'"')
    plain = text.replace(b"\\\\", b"")
    return plain.count(b'"') - plain.count(b'\\"')


def _typed(schema: Schema, formats: Formats) -> tuple[Any, Test | None]:
    """The type of a schema, and a test of what the type does not say."""
    kind = schema.get("type")
    words = set(schema) - {"type", "description"}
    if not isinstance(kind, str) or kind not in WORDS or not words <= WORDS[kind]:
        raise Unsayable(str(schema)[:200])
    if kind == "object":
        return _object(schema, formats)
    if kind == "array":
        items, test = _typed(schema.get("items", {}), formats)
        return Annotated[list[items], _bounds(schema)], _each(test)  # type: ignore[valid-type]
    if kind == "number":
        # Whole or Decimal, as it was written: a type would take texts, or lose digits.
        return Any, _passes(fastjsonschema.compile(dict(schema)))
    return _scalar(schema), formats.get(schema.get("format", ""))


def _object(schema: Schema, formats: Formats) -> tuple[Any, Test | None]:
    if schema.get("additionalProperties") is not False:
        raise Unsayable("any property")
    fields, tests = {}, {}
    for name, given in schema["properties"].items():
        kind, test = _typed(given, formats)
        is_required = name in schema.get("required", ())
        fields[name] = Required[kind] if is_required else NotRequired[kind]
        if test:
            tests[name] = test
    return TypedDict("Document", fields), _fields(tests)  # type: ignore[operator]


def _scalar(schema: Schema) -> Any:
    if "enum" in schema:
        return Literal[tuple(schema["enum"])]
    plain = str if schema["type"] == "string" else int
    return Annotated[plain, _bounds(schema)]


def _bounds(schema: Schema) -> msgspec.Meta:
    said: dict[str, Any] = {BOUNDS[word]: schema[word] for word in schema if word in BOUNDS}
    if "pattern" in schema:
        # `$` also stands before a last line break.
        said["pattern"] = schema["pattern"].replace("$", r"\Z")
    return msgspec.Meta(**said)


def _each(test: Test | None) -> Test | None:
    return (lambda items: all(map(test, items))) if test else None


def _fields(tests: Mapping[str, Test]) -> Test | None:
    listed = tuple(tests.items())

    def passes(document: Any) -> bool:
        for name, test in listed:  # noqa: SIM110 - a generator would cost as much as the tests
            if name in document and not test(document[name]):
                return False
        return True

    return passes if tests else None


def _passes(check: Callable[[Any], Any]) -> Test:
    def test(value: Any) -> bool:
        try:
            check(value)
        except fastjsonschema.JsonSchemaValueException:
            return False
        return True

    return test
