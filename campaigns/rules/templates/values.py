"""Values as a template may have them: plain, of their kind, unable to leave the place they fill."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from campaigns.rules.templates.catalogue import Kind, Variable

MAX_ITEMS = 50
MAX_TEXT = 10_000
_URL = re.compile(r"(?:https?://|mailto:|tel:)[^\s\"'<>`\\\x00-\x1f\x7f]+", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class Part(StrEnum):
    """What a template becomes a part of: this decides how values are escaped."""

    HTML = "html"
    TEXT = "text"
    HEADER = "header"
    SMS = "sms"


def prepared(value: Any, variable: Variable, part: Part) -> Any:
    """A value fit for its place; one that is not of its kind is treated as missing."""
    if value is None:
        return None
    kind = variable.kind
    # The commonest first, and nothing looked for in what cannot hold it.
    if kind is Kind.TEXT:
        is_harmless = type(value) is str and value.isalnum() and len(value) <= MAX_TEXT
        return value if is_harmless else _text(value, part)
    if kind is Kind.URL:
        return str(value) if _URL.fullmatch(str(value)) else None
    if kind is Kind.LIST:
        return [_item(one, variable, part) for one in list(value)[:MAX_ITEMS]]
    return _day(value) if kind is Kind.DATE else _number(value)


def _item(item: Any, variable: Variable, part: Part) -> dict[str, Any]:
    values: Mapping[str, Any] = item if isinstance(item, Mapping) else {}
    return {
        name: prepared(values.get(name), field, part) for name, field in variable.fields.items()
    }


def _text(value: Any, part: Part) -> str:
    text = str(value)[:MAX_TEXT]
    if part == Part.HEADER:
        return _BREAKS.sub(" ", text)
    return _CONTROL.sub("", text)


def _number(value: Any) -> int | Decimal | None:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    return Decimal(repr(value)) if isinstance(value, float) else None


def _day(value: Any) -> date | None:
    """A calendar day: an instant is shown by the day that its own zone has."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
