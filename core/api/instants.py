"""Instants as RFC 3339 writes them, and nothing else that ISO 8601 or Python would read."""

import re
from datetime import datetime

# A `T` between day and time, seconds, a point before their fraction, and always an offset.
_WRITTEN = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])",
    re.ASCII,
)
_LEAP = re.compile(r"[^:]+:[0-5][0-9]:60(?![0-9])", re.ASCII)
# Not the outermost years: moving an instant to another zone must stay possible.
_OUTERMOST = (1, 9999)


def read(text: str) -> datetime:
    """The instant of a date-time with an offset, to the microsecond. Raises ValueError.

    Week dates, days of the year, numbers without their signs, commas, 24:00 and leap seconds are
    no instants here, nor are years that a calendar or a database may not move.
    """
    if not _WRITTEN.fullmatch(text):
        raise ValueError("not written as RFC 3339 does")
    moment = datetime.fromisoformat(text.upper())
    if moment.year in _OUTERMOST:
        raise ValueError("a year at the end of the calendar")
    return moment


def is_leap_second(text: str) -> bool:
    """Whether it names second 60, which our days do not have."""
    return bool(_LEAP.match(text))
