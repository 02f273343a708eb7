"""What a file seems to be: its columns, which is what, and how it writes numbers and dates."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from crm.rules import dates, headers, numbers
from crm.services.importing.columns import is_missing
from crm.services.importing.order_columns import plain_identifier
from crm.services.importing.readers import Sheet

SAMPLE = 2_000
# How far a file is read to tell day-first from month-first.
CHUNKS_FOR_DATES = 150
# In a longer sample than FEW, orders that mostly come once are one row each.
FEW, MOSTLY_ONCE = 20, 0.9
Sample = dict[str, Sequence[object]]
NUMBERS = ("amount", "unit_price", "quantity")
DAYS = ("date", "birth_date")


@dataclass
class Sniffed:
    """The guess a person confirms: {column: field}, options, and a few rows to look at."""

    kind: str
    mapping: dict[str, str]
    options: dict[str, Any]
    examples: dict[str, list[str]] = field(default_factory=dict)


def sniff(
    sheet: Sheet, *, kind: str | None, mapping: dict[str, str] | None, options: dict[str, Any],
    month_first: bool = False,
) -> Sniffed:  # fmt: skip
    """Everything not given is guessed from the whole sample, once for the file."""
    kind = kind or headers.guess_kind(sheet.columns)
    sample = _sample(sheet)
    recognised = mapping if mapping is not None else headers.recognise(sheet.columns, kind)
    if kind == headers.ORDERS and mapping is None and _has_repeated_orders(sample, recognised):
        kind, recognised = headers.LINES, headers.recognise(sheet.columns, headers.LINES)
    chosen = _one_way_to_money(recognised) if kind == headers.LINES else recognised
    formats = _formats(sheet, sample, chosen, month_first=month_first)
    return Sniffed(
        kind=kind,
        mapping=chosen,
        options={**sheet.facts, **formats, **options},
        examples={name: _examples(column) for name, column in sample.items()},
    )


def _sample(sheet: Sheet) -> Sample:
    """The beginning of the file by column."""
    first = next(sheet.chunks(sheet.columns), None)
    return {} if first is None else dict(zip(sheet.columns, first.columns, strict=True))


def _one_way_to_money(mapping: dict[str, str]) -> dict[str, str]:
    """Quantity x unit price where both are there; else the line's own amount."""
    fields = set(mapping.values())
    if not {"unit_price", "amount"} <= fields:
        return mapping
    spare = "amount" if "quantity" in fields else "unit_price"
    return {column: name for column, name in mapping.items() if name != spare}


def _has_repeated_orders(sample: Sample, mapping: dict[str, str]) -> bool:
    """Whether an order takes several rows: then they are its lines."""
    columns = {name: column for column, name in mapping.items()}
    if not {"order_id", "customer"} <= columns.keys() or not sample:
        return False
    pairs = zip(sample[columns["order_id"]], sample[columns["customer"]], strict=True)
    rows = [pair for pair in pairs if pair[0]]
    return len(rows) > FEW and len(set(rows)) < MOSTLY_ONCE * len(rows)


def _formats(
    sheet: Sheet, sample: Sample, mapping: dict[str, str], *, month_first: bool
) -> dict[str, str]:
    columns = {name: column for column, name in mapping.items() if column in sample}
    found: dict[str, str] = {}
    if money := [columns[name] for name in NUMBERS if name in columns]:
        texts = (v for name in money for v in sample[name][:SAMPLE] if isinstance(v, str))
        found["decimal"] = numbers.guess_mark(texts)
    if days := [columns[name] for name in DAYS if name in columns]:
        found["dates"] = _order_of_dates(sheet, days[0], sample[days[0]], month_first=month_first)
    return found


def _order_of_dates(
    sheet: Sheet, column: str, sample: Sequence[object], *, month_first: bool
) -> str:
    """Read until one order is left; of equals, the one that keeps the file in time order."""
    days = _different(sample, SAMPLE)
    left = dates.fitting(days)
    if len(left) > 1:
        for chunk in islice(sheet.chunks([column]), CHUNKS_FOR_DATES):
            left = dates.fitting(_different(chunk.columns[0]), left) or left
            if len(left) == 1:
                break
    if month_first and left[:2] == ["dmy", "mdy"]:
        left = ["mdy", "dmy"]
    if len(left) > 1:
        return dates.fewest_steps_back(days, left)
    return left[0] if left else "ymd"


def _different(values: Sequence[object], most: int | None = None) -> list[str]:
    """Cells of a column as texts, each once, in the order of the file; not what is a date."""
    given = dict.fromkeys(value for value in values if not isinstance(value, date))
    return list(islice((plain_identifier(value) for value in given if not is_missing(value)), most))


def _examples(column: Sequence[object]) -> list[str]:
    """Up to three different values, for the page that asks what is what."""
    texts = (str(value)[:60] for value in column[:200] if not is_missing(value))
    return list(dict.fromkeys(map(_storable, texts)))[:3]


def _storable(text: str) -> str:
    """Without NUL and broken bytes, which no column of the base takes."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
