"""What a person should know of a file though nothing of it is refused."""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from crm.rules import headers, numbers
from crm.rules.faults import Fault
from crm.services.importing.columns import is_missing

LOOKED_AT = 2_000
# Of more customers than these some come back.
FEW = 20
# Noise of binary fractions is less.
NOTICEABLE = Decimal("0.0001")
# What was not sold after all, or was no sale: a return, a page that was looked at.
_UNDONE = re.compile(
    r"cancel|void|declin|reject|abandon|fail|draft|refund|returned|chargeback"
    r"|отмен|аннул|отклон|черновик|возвр|storn|annul|abgebr"
    r"|(?<![a-z])(?:return|view|cart|click|wishlist)s?(?![a-z])",
    re.IGNORECASE,
)

_CUT = re.compile(r"\A\s*[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2}\s*\Z")
_OFFSET = re.compile(
    r":[0-9]{2}(?:[.,][0-9]+)?\s*[+-](?!00:?00\Z|00\Z)[0-9]{2}(?::?[0-9]{2})?\s*\Z"
)


def found(
    sample: dict[str, Sequence[object]], mapping: dict[str, str], mark: str
) -> dict[str, str]:
    """{what: an example} of `fractions` that are rounded, a `status` that is counted all the same,
    a `discount` that quantity x unit price leaves out, a `currency` of several, numbers a
    spreadsheet has `cut`, times with an `offset`, a bare `id` that nobody has twice.
    """
    amounts = _of("amount", sample, mapping)
    told = {
        "fractions": _fraction(amounts, mark),
        "status": _status(sample, mapping),
        "discount": "" if amounts else _discount(sample, mapping, mark),
        "cut": _first(_of("customer", sample, mapping), _CUT)
        or _first(_of("order_id", sample, mapping), _CUT),
        "offset": _offset(_of("date", sample, mapping)),
        "currency": _currencies(sample),
        "id": _lonely_id(sample, mapping),
    }
    return {name: example for name, example in told.items() if example}


def _of(
    field: str, sample: dict[str, Sequence[object]], mapping: dict[str, str]
) -> Sequence[object]:
    """The cells of the column that is mapped to a field."""
    return next((sample[c] for c, name in mapping.items() if name == field and c in sample), ())


def _first(cells: Sequence[object], shape: re.Pattern[str]) -> str:
    texts = (cell for cell in cells[:LOOKED_AT] if isinstance(cell, str))
    return next((text.strip()[:40] for text in texts if shape.search(text)), "")


def _offset(moments: Sequence[object]) -> str:
    """A time of a zone that is not Greenwich's."""
    dated = (one for one in moments[:LOOKED_AT] if isinstance(one, datetime))
    return _first(moments, _OFFSET) or next((str(one) for one in dated if one.utcoffset()), "")


def _currencies(sample: dict[str, Sequence[object]]) -> str:
    """A column of more than one currency; nothing is exchanged."""
    for column, cells in sample.items():
        if headers.is_currency(column):
            names = {str(cell).strip() for cell in cells if not is_missing(cell)}
            if len(names) > 1:
                return f"{column}: {', '.join(sorted(names))}"[:80]
    return ""


def _lonely_id(sample: dict[str, Sequence[object]], mapping: dict[str, str]) -> str:
    """A bare `id` that is taken for the customer, and may be the row's own number."""
    for column, field in mapping.items():
        if field == "customer" and headers.is_bare_id(column):
            cells = sample.get(column, ())
            return column if FEW < len(cells) == len(set(cells)) else ""
    return ""


def _fraction(amounts: Sequence[object], mark: str) -> str:
    """A sum with more than two places, which is kept rounded."""
    for value in amounts[:LOOKED_AT]:
        if not is_missing(value) and abs(_rest(value, mark)) > NOTICEABLE:
            return str(value).strip()[:40]
    return ""


def _rest(value: object, mark: str) -> Decimal:
    try:
        amount = numbers.parse(value, mark)
    except Fault:
        return Decimal(0)
    return amount - Decimal(numbers.minor(amount)) / numbers.MINOR


def _status(sample: dict[str, Sequence[object]], mapping: dict[str, str]) -> str:
    """A state of an order that was not sold after all; such rows are counted like any others."""
    for column, cells in sample.items():
        if column not in mapping and headers.is_status(column):
            for state in dict.fromkeys(cells):
                if isinstance(state, str) and _UNDONE.search(state):
                    return f"{column}: {state.strip()}"[:80]
    return ""


def _discount(sample: dict[str, Sequence[object]], mapping: dict[str, str], mark: str) -> str:
    """A column of discounts, where the price is multiplied and no sum was found."""
    for column, cells in sample.items():
        if column not in mapping and headers.is_discount(column):
            for value in cells[:LOOKED_AT]:
                if not is_missing(value) and _number(value, mark):
                    return column
    return ""


def _number(value: object, mark: str) -> Decimal:
    try:
        return numbers.parse(str(value).rstrip("% "), mark)
    except Fault:
        return Decimal(0)
