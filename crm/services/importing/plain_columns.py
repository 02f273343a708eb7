"""Columns in which every cell is written the plainest way, read whole instead of cell by cell.

Each reader gives what the parser of its cells would give, or None when it cannot be sure of it.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import repeat
from typing import cast

from crm.rules.dates import EARLIEST, LATEST
from crm.services.importing.columns import Whole

# With a digit in it no word that programs write for nothing, and nothing to escape or to trim.
_IDENTIFIERS = re.compile(r"(?:[A-Za-z_#/:-]*+[0-9][A-Za-z0-9_#/:-]*+\n)*+\Z")
_MOMENTS = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\n)*+\Z")
_MONEY = re.compile(r"(?:[0-9]{1,9}\.[0-9]{2}\n)*+\Z")


def identifiers(longest: int) -> Whole:
    """Ids of no more than so many signs, as they are."""

    def read(column: Sequence[object]) -> list[str] | None:
        text = _matched(column, _IDENTIFIERS)
        if text is None or max(map(len, cast("Sequence[str]", column)), default=0) > longest:
            return None
        return list(cast("Sequence[str]", column))

    return read


def moments(latest: datetime) -> Whole:
    """`YYYY-MM-DD HH:MM:SS` by the clock of a shop that lives in UTC, none after `latest`."""
    ends = latest.replace(tzinfo=None)

    def read(column: Sequence[object]) -> list[str] | None:
        text = _matched(column, _MOMENTS)
        if not text:
            return None
        try:
            found = list(map(datetime.fromisoformat, cast("Sequence[str]", column)))
        except ValueError:
            return None
        first, last = min(found), max(found)
        if first.year < EARLIEST or last.year > LATEST or last > ends:
            return None
        return text.replace("\n", "+00\n").split("\n")[:-1]

    return read


def money(column: Sequence[object]) -> list[str] | None:
    """`12.34` as one unit at that price, and its minor units."""
    text = _matched(column, _MONEY)
    if text is None:
        return None
    minor = text.replace(".", "").split("\n")[: len(column)]
    return list(map("\t".join, zip(repeat("1"), cast("Sequence[str]", column), minor)))


def _matched(column: Sequence[object], shape: re.Pattern[str]) -> str | None:
    """The cells a line each, where all are texts of this shape."""
    try:
        text = "\n".join(cast("Sequence[str]", column)) + "\n"
    except TypeError:
        return None
    is_one_line_each = text.count("\n") == len(column)
    return text if is_one_line_each and shape.match(text) else None
