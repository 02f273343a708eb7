"""Columns of values as PostgreSQL writes an array: one literal to read instead of one a value."""

from collections.abc import Iterable
from datetime import datetime

_NULL = "NULL"


def numbers(values: Iterable[int | None]) -> str:
    """`{1,NULL,3}`."""
    return _array(_NULL if value is None else str(value) for value in values)


def texts(values: Iterable[str | None]) -> str:
    """`{"a","b, c",NULL}`; a NUL, which no text of the server holds, is left out."""
    return _array(_NULL if value is None else _quoted(value) for value in values)


def instants(values: Iterable[datetime | None]) -> str:
    """`{"2026-05-01T10:00:00+00:00",NULL}`."""
    return _array(_NULL if value is None else f'"{value.isoformat()}"' for value in values)


def flags(values: Iterable[bool]) -> str:
    """`{t,f}`."""
    return _array("t" if value else "f" for value in values)


def _array(elements: Iterable[str]) -> str:
    return "{" + ",".join(elements) + "}"


def _quoted(text: str) -> str:
    if not text.isalnum():
        text = text.replace("\x00", "").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
