"""What a file seems to be: its columns, which is what, and how it writes numbers and dates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from crm.rules import dates, header_words, headers, numbers
from crm.services.importing import money_columns, remarkable, repeats
from crm.services.importing.columns import is_missing
from crm.services.importing.order_columns import plain_identifier
from crm.services.importing.readers import Sheet

SAMPLE = 2_000
# How far a file is read to tell day-first from month-first, and decimals from thousands.
CHUNKS = 150
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


@dataclass
class Formats:
    """How dates and numbers are written; `unsure` holds a cell of what the file does not tell."""

    options: dict[str, str] = field(default_factory=dict)
    unsure: dict[str, str] = field(default_factory=dict)


def sniff(
    sheet: Sheet, *, kind: str | None, mapping: dict[str, str] | None, options: dict[str, Any],
    month_first: bool = False,
) -> Sniffed:  # fmt: skip
    """Everything not given is guessed from the whole sample, once for the file."""
    sample = _sample(sheet)
    if mapping is None:
        kind, recognised, remarks = _recognised(sheet.columns, kind, sample)
    else:
        kind, recognised, remarks = kind or headers.guess_kind(sheet.columns), mapping, {}
    formats = _formats(sheet, sample, recognised, month_first=month_first)
    chosen = recognised
    if kind != headers.CUSTOMERS:
        mark = str(options.get("decimal") or formats.options.get("decimal", "."))
        chosen, of_money = money_columns.chosen(recognised, sample, mark)
        remarks |= of_money | remarkable.found(sample, chosen, mark)
    unsure = _unsure(formats.unsure | remarks, options)
    return Sniffed(
        kind=kind,
        mapping=chosen,
        options={**sheet.facts, **formats.options, **unsure, **options},
        examples={name: _examples(column) for name, column in sample.items()},
    )


def _unsure(remarks: dict[str, str], options: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What there is to say of the file, but for what somebody has said of it."""
    said = {name: _storable(one) for name, one in remarks.items() if one and name not in options}
    return {"unsure": said} if said else {}


def _recognised(
    names: Sequence[str], given: str | None, sample: Sample
) -> tuple[str, dict[str, str], dict[str, str]]:
    """Kind and mapping by the names of columns; which of them only a word of theirs tells."""
    kind = given or header_words.guess_kind(names)
    exact = headers.recognise(names, kind)
    if given is None:
        kind, exact = repeats.settle(kind, exact, sample)
    found = header_words.completed(exact, names, kind)
    told = ", ".join(f"“{name}”" for name in found if name not in exact)
    return kind, found, {"words": told} if told else {}


def _sample(sheet: Sheet) -> Sample:
    """The beginning of the file by column."""
    first = next(sheet.chunks(sheet.columns), None)
    return {} if first is None else dict(zip(sheet.columns, first.columns, strict=True))


def _formats(
    sheet: Sheet, sample: Sample, mapping: dict[str, str], *, month_first: bool
) -> Formats:
    columns = {name: column for column, name in mapping.items() if column in sample}
    found = Formats()
    if money := {name: columns[name] for name in NUMBERS if name in columns}:
        found.options["decimal"], found.unsure["decimal"] = _decimal_mark(sheet, sample, money)
    if days := [columns[name] for name in DAYS if name in columns]:
        found.options["dates"], found.unsure["dates"] = _order_of_dates(
            sheet, days[0], sample[days[0]], month_first=month_first
        )
    return found


def _decimal_mark(sheet: Sheet, sample: Sample, columns: dict[str, str]) -> tuple[str, str]:
    """By all columns of numbers together; read on while they do not tell it."""
    money, pieces = numbers.Weight(), numbers.Weight()
    weights = [pieces if name == "quantity" else money for name in columns]
    for weight, name in zip(weights, columns.values(), strict=True):
        weight.add_all(_texts(sample[name][:SAMPLE]))
    if money.is_undecided or pieces.is_undecided:
        for chunk in islice(sheet.chunks(list(columns.values())), CHUNKS):
            for weight, cells in zip(weights, chunk.columns, strict=True):
                weight.add_all(_texts(cells))
            if money.votes or pieces.votes:
                break
    return numbers.choose_mark(money, pieces)


def _texts(cells: Sequence[object]) -> Iterable[str]:
    return dict.fromkeys(cell for cell in cells if isinstance(cell, str))


def _order_of_dates(
    sheet: Sheet, column: str, sample: Sequence[object], *, month_first: bool
) -> tuple[str, str]:
    """The order, and a day read by it where nothing tells it.

    Read until one order is left; of equals, the one that keeps the file in time order.
    """
    days = _different(sample, SAMPLE)
    left = dates.fitting(days)
    if len(left) > 1:
        for chunk in islice(sheet.chunks([column]), CHUNKS):
            told = dict.fromkeys(map(dates.day_of, _different(chunk.columns[0])))
            left = dates.fitting(list(told), left) or left
            if len(left) == 1:
                break
    if not left or left[0] not in dates.ALIKE:
        found = left[0] if left else "ymd"
        return found, dates.first_read(days, found) if found in dates.DOUBTFUL else ""
    if len(left) == 1 or dates.are_dotted(days):
        return left[0], ""
    order = ["mdy", "dmy"] if month_first or dates.have_halves(days) else left
    return dates.fewest_steps_back(days, order), dates.read_either_way(days)


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
