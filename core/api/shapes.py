"""Shapes: one JSON schema checks a body (compiled) and describes it in the OpenAPI document."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from ipaddress import ip_address
from typing import Any

import fastjsonschema
from django.utils.translation import gettext_lazy
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from core.api import instants
from core.api.parsers import LONGEST_NAME, strict_loads
from core.api.quick import Quick, Unsayable
from core.errors import InvalidInput
from core.zones import is_zone

Schema = dict[str, Any]
Fault = dict[str, Any]
MAX_FIELDS = 20
# How a violated keyword is called in `fields[].code`, and what people read.
CODES = {
    "required": ("required", gettext_lazy("This field is required.")),
    "additionalProperties": ("unknown_field", gettext_lazy("There is no such field.")),
    "propertyNames": ("wrong_format", gettext_lazy("This name has the wrong format.")),
    "type": ("wrong_type", gettext_lazy("This value has the wrong type.")),
    "enum": ("not_a_choice", gettext_lazy("This value is not one of the choices.")),
    "format": ("wrong_format", gettext_lazy("This value has the wrong format.")),
    "pattern": ("wrong_format", gettext_lazy("This value has the wrong format.")),
    "minLength": ("too_short", gettext_lazy("This value is too short.")),
    "maxLength": ("too_long", gettext_lazy("This value is too long.")),
    "minItems": ("too_few", gettext_lazy("There are too few items.")),
    "maxItems": ("too_many", gettext_lazy("There are too many items.")),
    "minProperties": ("too_few", gettext_lazy("There are too few fields.")),
    "maxProperties": ("too_many", gettext_lazy("There are too many fields.")),
}
OTHER = ("out_of_range", gettext_lazy("This value is out of range."))
# What people read where a keyword alone says too little.
CHOICES = gettext_lazy("This value is not one of the choices: %(choices)s.")
SHORT_LIST = 12
WRITTEN = {
    "date-time": gettext_lazy(
        "Write the time as RFC 3339 does, with its offset: 2026-11-20T10:00:00+03:00."
    ),
    "date": gettext_lazy("Write the day as YYYY-MM-DD."),
    "timezone": gettext_lazy("Write the zone's IANA name: Europe/Moscow."),
}
LEAP = gettext_lazy("Leap seconds are not kept: write second 59.")


def is_instant(text: object) -> bool:
    """RFC 3339 with an offset, in a year that a database and a calendar can hold."""
    if not isinstance(text, str):
        return True
    try:
        instants.read(text)
    except ValueError:
        return False
    return True


def is_day(text: object) -> bool:
    """YYYY-MM-DD of a real day."""
    if not isinstance(text, str):
        return True
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_address(text: object) -> bool:
    """An IPv4 or IPv6 address, without the zone that only its own machine knows."""
    if not isinstance(text, str):
        return True
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def is_timezone(text: object) -> bool:
    """The IANA name of a zone; empty where none is known."""
    return not isinstance(text, str) or text == "" or is_zone(text)


FORMATS: dict[str, Callable[[object], bool]] = {
    "date-time": is_instant,
    "date": is_day,
    "ip": is_address,
    "timezone": is_timezone,
}
CHECKER = FormatChecker(formats=())
for _name, _check in FORMATS.items():
    CHECKER.checks(_name)(_check)


class Shape:
    """A named JSON schema (2020-12). `check` is quick on good input and thorough on bad."""

    def __init__(self, name: str, schema: Schema) -> None:
        self.name = name
        self.schema = schema

    @cached_property
    def _compiled(self) -> Callable[[Any], Any]:
        # The draft 7 compiler knows every keyword that shapes use.
        return fastjsonschema.compile(self.schema, formats=FORMATS, use_default=False)

    @cached_property
    def _thorough(self) -> Draft202012Validator:
        return Draft202012Validator(self.schema, format_checker=CHECKER)

    @cached_property
    def _quick(self) -> Quick | None:
        try:
            return Quick(self.schema, FORMATS)
        except Unsayable:
            return None

    def read(self, body: Any) -> Any:
        """The checked document of a body. Raises InvalidJson, or InvalidInput naming the fields.

        A good body is mostly read in one pass; the strict reading has the last word on a bad one.
        """
        if not isinstance(body, bytes):
            return self.check(body)
        found = self._quick.read(body) if self._quick else None
        return self.check(strict_loads(body)) if found is None else found

    def faults(self, document: Any) -> list[Fault]:
        """What is wrong, as [{"field", "code", "message"}]; nothing for a good document."""
        try:
            self._compiled(document)
        except fastjsonschema.JsonSchemaValueException as first:
            found = [fault for e in self._thorough.iter_errors(document) for fault in _faults(e)]
            return found[:MAX_FIELDS] or [_fault(_path(first.path[1:]), *OTHER)]
        return []

    def check(self, document: Any) -> Any:
        """The document itself, or InvalidInput naming every wrong field."""
        if faults := self.faults(document):
            raise InvalidInput(fields=faults)
        return document


def _faults(error: ValidationError) -> list[Fault]:
    """One violated keyword: at the field it is about, by its code."""
    path, keyword = list(error.absolute_path), str(error.validator)
    if "propertyNames" in error.schema_path:
        path, keyword = [*path, str(error.instance)], "propertyNames"
    code, message = CODES.get(keyword, OTHER)
    if keyword == "required":
        missing = re.match(r"'(.*)' is a required", error.message)
        path += [missing[1]] if missing else []
    if keyword == "additionalProperties" and isinstance(error.instance, Mapping):
        known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
        return [_fault(_path([*path, n]), code, message) for n in error.instance if n not in known]
    if keyword == "enum":
        choices: Any = error.validator_value
        return [_not_a_choice(_path(path), list(choices))]
    if keyword == "format":
        message = _how_to_write(str(error.validator_value), error.instance) or message
    return [_fault(_path(path), code, message)]


def _not_a_choice(where: str, choices: list[Any]) -> Fault:
    """Names what may be: all of it to programs, to people a few of many."""
    shown = ", ".join(str(one) for one in choices[:SHORT_LIST] if one != "")
    more = "…" if len(choices) > SHORT_LIST else ""
    message = str(CHOICES) % {"choices": shown + more}
    return _fault(where, CODES["enum"][0], message) | {"choices": choices}


def _how_to_write(name: str, value: Any) -> Any:
    is_leap = name == "date-time" and instants.is_leap_second(str(value))
    return LEAP if is_leap else WRITTEN.get(name)


def _fault(where: str, code: str, message: Any) -> Fault:
    return {"field": where, "code": code, "message": str(message)}


def _path(parts: list[Any]) -> str:
    return ".".join(str(part)[:LONGEST_NAME] for part in parts)


def listing(name: str, items: Schema) -> Shape:
    """A page of a list: {"items": […], "next": cursor or null}."""
    return Shape(
        name,
        {
            "type": "object",
            "required": ["items", "next"],
            "additionalProperties": False,
            "properties": {
                "items": {"type": "array", "items": items},
                "next": {
                    "type": ["string", "null"],
                    "description": "Give it as `cursor` to get the next page; null at the end.",
                },
            },
        },
    )
