"""What an audit entry says was or became of each field, in the reader's words and numbers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import ngettext, pgettext

from core.models import AuditEntry
from core.wording import calendars, formats, words

Say = Callable[[Any], str]
# Said beside the entry already.
UNTOLD = frozenset({"at"})
# Numbers that name a row: no thousands in them.
NAMES = frozenset({"campaign", "from", "operation", "snapshot", "undone_by", "version"})
MICROS, HUNDREDTHS = 6, 2
_sayings: dict[str, Say] = {}


@dataclass(frozen=True)
class Change:
    """One field of an entry; "" where there was or is nothing."""

    label: str
    before: str
    after: str


def register(field: str, say: Say, label: Any = "") -> None:
    """How an app above says values of a field; "" for a value it does not know."""
    _sayings[field] = say
    if label:
        words.FIELDS.setdefault(field, label)


def changes(entry: AuditEntry) -> list[Change]:
    """The fields that differ, by their names."""
    return list(_changes(entry.before, entry.after))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for field in sorted((before.keys() | after.keys()) - UNTOLD):
        was, became = before.get(field), after.get(field)
        if was != became or not before:
            label = str(words.FIELDS.get(field, field))
            yield Change(label, said(field, was), said(field, became))


def said(field: str, value: Any) -> str:
    """A value in words; "" when it is nothing."""
    if value in (None, "", "None", [], {}):
        return ""
    for say in (_sayings.get(field), FORMS.get(field)):
        if say and (found := _formed(say, value)):
            return found
    return _plain(field, value)


def within(days: int) -> str:
    """A stretch of so many days."""
    return ngettext("within %(days)s day", "within %(days)s days", days) % {"days": days}


def _formed(form: Say, value: Any) -> str:
    """An old entry may hold another shape: then it is shown as it is."""
    try:
        return form(value)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return ""


def _plain(field: str, value: Any) -> str:
    if isinstance(value, bool):
        return pgettext("audit", "yes") if value else pgettext("audit", "no")
    if isinstance(value, dict):
        inner = ((words.FIELDS.get(key, key), said(key, one)) for key, one in value.items())
        return ", ".join(f"{label}: {text}" for label, text in inner)
    if isinstance(value, list):
        return ", ".join(said(field, one) for one in value)
    if isinstance(value, int | float) and field not in NAMES:
        return _number(value)
    return str(value)


def _number(value: Any, shift: int = 0) -> str:
    exact = Decimal(str(value)).scaleb(-shift)
    return formats.number(exact, translation.get_language(), digits=6, trim=True)


def _share(value: Any) -> str:
    return formats.percent(Decimal(str(value)), translation.get_language())


def _day(value: Any) -> str:
    return calendars.day(date.fromisoformat(value), formats.language_of(translation.get_language()))


def _quiet(value: Any) -> str:
    since, until = value
    return f"{since}–{until}" if since and until else pgettext("audit", "no")


def _cap(value: Any) -> str:
    messages, days = value
    most = ngettext("at most %(number)s message", "at most %(number)s messages", messages)
    return f"{most % {'number': messages}} {within(days)}"


def _hours(value: Any) -> str:
    return ", ".join(_number(one) for one in value) if isinstance(value, list) else _number(value)


def _sex(value: Any) -> str:
    return {"f": pgettext("audit", "female"), "m": pgettext("audit", "male")}.get(value, "")


FORMS: dict[str, Say] = {
    "base_percent": _number,
    "birth_date": _day,
    "cap": _cap,
    "control_percent": _number,
    "gender": _sex,
    "point_value": lambda value: _number(value, HUNDREDTHS),
    "price_micros": lambda value: _number(value, MICROS),
    "quiet": _quiet,
    "read_rate": _share,
    "scopes": words.of_rights,
    "searched": lambda _value: pgettext("audit", "yes"),
    "starts_on": _day,
    "wait_hours": _hours,
    "what": lambda value: str(words.TAKEN.get(value, "")),
}
