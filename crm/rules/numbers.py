"""Decimal numbers as a file declares them, and money in minor units."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from crm.rules.faults import Fault

LARGEST = Decimal(10) ** 10
MINOR = Decimal(100)
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z")
_DIGIT = re.compile("[0-9]")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’]")
_CURRENCY = (
    r"(?:r\$|[£$€₽₸₴₹]|рублей|рубля|рубль|руб\.?|р\.?|rub|тенге|тг\.?|kzt|zł|pln|rs\.?|inr"
    r"|gbp|usd|eur|brl)"
)
_MONEY = re.compile(rf"^([+-]?){_CURRENCY}|{_CURRENCY}$")
_SHAPES = {
    mark: re.compile(
        rf"[+-]?(?:[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]*)(?:{re.escape(mark)}[0-9]*)?"
        r"(?:[eE][+-]?[0-9]{1,2})?\Z"
    )
    for mark, group in ((".", ","), (",", r"\."))
}


def parse(value: object, mark: str = ".") -> Decimal:
    """The number a cell holds; `mark` is the declared decimal mark. Codes: number, too_large."""
    if isinstance(value, bool):
        raise Fault("number")
    if isinstance(value, int | float | Decimal):
        return _bounded(Decimal(str(value)))
    return _from_text(str(value), mark)


@lru_cache(maxsize=65536)
def _from_text(text: str, mark: str) -> Decimal:
    if mark == "." and _PLAIN.match(text):
        return _bounded(Decimal(text))
    bare = _bare(text)
    if not bare or not _DIGIT.search(bare) or not _SHAPES[mark].match(bare):
        raise Fault("number")
    group = "," if mark == "." else "."
    return _bounded(Decimal(bare.replace(group, "").replace(mark, ".")))


def _bare(text: str) -> str:
    """A number without its spaces and its currency."""
    return _MONEY.sub(r"\1", _SPACES.sub("", text).replace("\u2212", "-").lower())


def _bounded(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise Fault("number")
    if abs(number) >= LARGEST:
        raise Fault("too_large")
    return number + 0 if number else Decimal(0)


def minor(amount: Decimal) -> int:
    """Minor units of an amount, halves to even."""
    return int((amount * MINOR).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def guess_mark(samples: Iterable[str]) -> str:
    """The decimal mark a column uses, judged over the whole sample; a dot when nothing says."""
    votes = {".": 0, ",": 0}
    for sample in samples:
        bare = _bare(sample)
        mark = _mark_of(bare) if _DIGIT.search(bare) else ""
        if mark:
            votes[mark] += 1
    return "," if votes[","] > votes["."] else "."


def _mark_of(text: str) -> str:
    """The mark one number gives away: the last of two kinds, or one that groups no thousands."""
    if "," in text and "." in text:
        return "," if text.rfind(",") > text.rfind(".") else "."
    for mark in ",.":
        if text.count(mark) == 1 and not re.fullmatch(rf"[+-]?\d{{1,3}}\{mark}\d{{3}}", text):
            return mark
    return ""
