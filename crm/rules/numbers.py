"""Decimal numbers as a file declares them, and money in minor units."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from crm.rules.faults import Fault

LARGEST = Decimal(10) ** 10
MINOR = Decimal(100)
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z")
_DIGIT = re.compile("[0-9]")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’\u200e\u200f]")
_MINUS = str.maketrans(dict.fromkeys("\u2212\u2012\u2013\ufe63\uff0d", "-"))
# Longer words go first: of `руб.` no dot is left over.
_CURRENCY = (
    r"(?:(?:r|us|au?|ca?|nz|hk|sg?|mx)\$|[£$€₽₸₴₹¥₺₩₪₫₱₦]|рублей|рубля|рубль|руб\.?|р\.?|rub|rur"
    r"|тенге|тг\.?|kzt|грн\.?|uah|byn|сум|uzs|zł|zl|pln|kč|czk|kr\.?|sek|nok|dkk|ft|huf|lei|ron"
    r"|chf|fr\.?|sfr\.?|eur(?:os?)?|gbp|usd|cad|aud|nzd|brl|mxn|rs\.?|inr|jpy|cny|rmb|try|tl|rp\.?"
    r"|idr|aed|sar|zar)"
)
_MONEY = re.compile(rf"^([+-]?){_CURRENCY}(?=[-+(0-9.,])|(?<=[-0-9.,)]){_CURRENCY}$")
_IN_BRACKETS = re.compile(r"\(([^()+-]+)\)\Z")
_TRAILING = re.compile(r"([0-9.,]+)-\Z")
_SHAPES = {
    mark: re.compile(
        rf"[+-]?(?:[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]*)(?:{re.escape(mark)}[0-9]*)?"
        r"(?:[eE][+-]?[0-9]{1,2})?\Z"
    )
    for mark, group in ((".", ","), (",", r"\."))
}
# A group of three after the mark may be thousands or thousandths.
_EITHER = {mark: re.compile(rf"-?[1-9][0-9]{{0,2}}{re.escape(mark)}[0-9]{{3}}\Z") for mark in ",."}
_LONG, _OTHER = re.compile(r"-?[0-9]{4,}\Z"), {",": ".", ".": ","}
_SEVERAL = {
    mark: re.compile(rf"-?[1-9][0-9]{{0,2}}(?:{re.escape(mark)}[0-9]{{3}}){{2,}}\Z")
    for mark in ",."
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
    """A number without its spaces and its currency, its minus (or brackets) before it."""
    bare = _without_currency(_SPACES.sub("", text).translate(_MINUS).lower())
    if found := _IN_BRACKETS.match(bare):
        return f"-{_without_currency(found[1])}"
    if found := _TRAILING.match(bare):
        return f"-{found[1]}"
    return bare


def _without_currency(text: str) -> str:
    return _MONEY.sub(r"\1", text)


def _bounded(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise Fault("number")
    if not number:
        return Decimal(0)
    # Of a number with a million digits there is no absolute one.
    if number.adjusted() > LARGEST.adjusted() or abs(number) >= LARGEST:
        raise Fault("too_large")
    return number + 0


def minor(amount: Decimal) -> int:
    """Minor units of an amount, halves to even."""
    return int((amount * MINOR).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


@dataclass
class Weight:
    """What the numbers of a column say of the decimal mark.

    `votes` are of numbers that can be read with one mark only; `either` counts those with three
    digits after their only mark, which may be thousands or thousandths.
    """

    votes: Counter[str] = field(default_factory=Counter)
    either: Counter[str] = field(default_factory=Counter)
    has_long: bool = False
    example: str = ""

    def add(self, text: str) -> None:
        bare = _bare(text)
        if not _DIGIT.search(bare):
            return
        mark, unsure = _mark_of(bare)
        if mark or unsure:
            (self.votes if mark else self.either)[mark or unsure] += 1
        if unsure:
            self.example = self.example or text.strip()
        self.has_long = self.has_long or bool(_LONG.match(bare))

    def add_all(self, texts: Iterable[str]) -> "Weight":
        for text in texts:
            self.add(text)
        return self

    @property
    def is_undecided(self) -> bool:
        """There are marks, and none of them tells which it is."""
        return bool(self.either) and not self.votes


def choose_mark(money: Weight, pieces: Weight) -> tuple[str, str]:
    """The decimal mark of a file, and where nothing tells it, a number read by it.

    Where every number with a mark has just three digits after it, they do not: in a column of
    `pieces` that is decimals, as tills print 1,000 for one; of `money` it is thousands, unless
    sums of more than a thousand stand there without the mark.
    """
    votes = money.votes + pieces.votes
    if votes:
        return ("," if votes[","] > votes["."] else "."), ""
    if pieces.either:
        return ("," if pieces.either[","] > pieces.either["."] else "."), pieces.example
    if money.either:
        unsure = "," if money.either[","] > money.either["."] else "."
        return (unsure if money.has_long else _OTHER[unsure]), money.example
    return ".", ""


def guess_mark(samples: Iterable[str]) -> str:
    """The decimal mark a column of money uses; a dot when nothing says."""
    return choose_mark(Weight().add_all(samples), Weight())[0]


def _mark_of(text: str) -> tuple[str, str]:
    """The mark one number gives away; else which mark of its own may be either."""
    if "," in text and "." in text:
        return ("," if text.rfind(",") > text.rfind(".") else "."), ""
    for mark, other in ((",", "."), (".", ",")):
        if _SEVERAL[mark].match(text):
            return other, ""
        if text.count(mark) == 1:
            return ("", mark) if _EITHER[mark].match(text) else (mark, "")
    return "", ""
