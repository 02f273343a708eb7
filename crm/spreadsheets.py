"""Tables as CSV that a spreadsheet of the reader's language opens in columns, with numbers."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.utils.translation import get_language

from core.wording import formats
from crm.rules import cells

# A spreadsheet opens UTF-8 only with a mark.
MARK = "\ufeff"
# What parts the cells and what parts a fraction: a Russian Excel reads no other file in columns.
DIALECTS = {"ru": (";", ","), "en": (",", ".")}


def headers(name: str) -> dict[str, str]:
    """What an answer says of a file to download."""
    return {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}.csv"',
    }


def table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The mark, the head and the rows, a line each."""
    yield MARK + line(head)
    yield from map(line, rows)


def line(values: Iterable[object]) -> str:
    """One line that no spreadsheet runs."""
    delimiter, point = DIALECTS[formats.language_of(get_language())]
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerow([_cell(value, point) for value in values])
    return buffer.getvalue()


def money(minor: int) -> Decimal:
    """Hundredths as whole units with two digits."""
    return Decimal(minor).scaleb(-2)


def _cell(value: object, point: str) -> str:
    if isinstance(value, float | Decimal):
        return f"{Decimal(str(value)):f}".replace(".", point)
    return cells.safe(value)
