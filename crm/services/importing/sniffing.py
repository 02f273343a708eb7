"""What a file seems to be: its columns, which is what, and how it writes numbers and dates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from crm.rules import dates, headers, numbers
from crm.services.importing.columns import is_missing
from crm.services.importing.readers import Chunk, Sheet

SAMPLE = 20_000
# How far a file is read to tell day-first from month-first.
CHUNKS_FOR_DATES = 150
# In a longer sample than FEW, orders that mostly come once are one row each.
FEW, MOSTLY_ONCE = 20, 0.9
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
    recognised = mapping if mapping is not None else headers.recognise(sheet.columns, kind)
    if kind == headers.ORDERS and mapping is None and _has_repeated_orders(sheet, recognised):
        kind, recognised = headers.LINES, headers.recognise(sheet.columns, headers.LINES)
    chosen = _one_way_to_money(recognised) if kind == headers.LINES else recognised
    guessed = {**sheet.facts, **_formats(sheet, chosen, month_first=month_first), **options}
    return Sniffed(kind=kind, mapping=chosen, options=guessed, examples=_examples(sheet))


def _one_way_to_money(mapping: dict[str, str]) -> dict[str, str]:
    """Quantity x unit price where both are there; else the line's own amount."""
    fields = set(mapping.values())
    if not {"unit_price", "amount"} <= fields:
        return mapping
    spare = "amount" if "quantity" in fields else "unit_price"
    return {column: name for column, name in mapping.items() if name != spare}


def _has_repeated_orders(sheet: Sheet, mapping: dict[str, str]) -> bool:
    """Whether an order takes several rows: then they are its lines."""
    columns = {name: column for column, name in mapping.items()}
    if not {"order_id", "customer"} <= columns.keys():
        return False
    first = next(sheet.chunks([columns["order_id"], columns["customer"]]), None)
    rows = [] if first is None else [r for r in zip(*first.columns, strict=True) if r[0]]
    return len(rows) > FEW and len(set(rows)) < MOSTLY_ONCE * len(rows)


def _formats(sheet: Sheet, mapping: dict[str, str], *, month_first: bool) -> dict[str, str]:
    columns = {name: column for column, name in mapping.items()}
    found: dict[str, str] = {}
    if money := [columns[name] for name in NUMBERS if name in columns]:
        first = next(sheet.chunks(money), None)
        found["decimal"] = numbers.guess_mark(
            str(value) for column in (first.columns if first else []) for value in column
            if isinstance(value, str)
        )  # fmt: skip
    if days := [columns[name] for name in DAYS if name in columns]:
        found["dates"] = _order_of_dates(sheet.chunks(days[:1]), month_first=month_first)
    return found


def _order_of_dates(chunks: Iterator[Chunk], *, month_first: bool) -> str:
    """Read until one order is left; of equals, the one that keeps the file in time order."""
    sample: list[str] = []
    left: list[str] = []
    for chunk in islice(chunks, CHUNKS_FOR_DATES):
        texts = [value for value in chunk.columns[0] if isinstance(value, str)]
        days = list(dict.fromkeys(text for text in texts if not is_missing(text)))
        sample = sample or days[:SAMPLE]
        left = _still_fitting(days, left)
        if len(left) == 1 or not days:
            break
    if not left:
        return "ymd"
    if left[0] == "dmy" and month_first and "mdy" in left:
        left = ["mdy", "dmy"]
    return left[0] if len(left) == 1 else dates.fewest_steps_back(sample, left)


def _still_fitting(days: Sequence[str], left: list[str]) -> list[str]:
    fitting = dates.fitting(days)
    return [order for order in fitting if order in left] or left if left else fitting


def _examples(sheet: Sheet) -> dict[str, list[str]]:
    """Up to three different values a column, for the page that asks what is what."""
    first = next(sheet.chunks(sheet.columns), None)
    if first is None:
        return {}
    return {
        name: list(dict.fromkeys(str(v)[:60] for v in column[:200] if not is_missing(v)))[:3]
        for name, column in zip(sheet.columns, first.columns, strict=True)
    }
