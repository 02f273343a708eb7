"""The language itself: python-liquid with a few of its tags, filters of our own, and limits."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

from liquid import Environment
from liquid.builtin import content, illegal, output
from liquid.builtin.tags import case_tag, comment_tag, for_tag, if_tag, unless_tag

from campaigns.rules.templates.quick import QuickTemplate

NBSP = "\N{NO-BREAK SPACE}"
MAX_OUTPUT = 524_288
MAX_LOOPS = 1_000
MAX_NESTING = 8
MAX_FILTERED = 2_000
# More than any sum has: `1e999999999` is a short text and a very long number.
MAX_DIGITS = 28
_TAGS = (
    content.Literal,
    output.Output,
    illegal.Illegal,
    if_tag.IfTag,
    unless_tag.UnlessTag,
    case_tag.CaseTag,
    for_tag.ForTag,
    comment_tag.CommentTag,
)


class Language(Environment):
    """Nothing but what is added here."""

    block_nesting_limit = MAX_NESTING
    loop_iteration_limit = MAX_LOOPS
    output_stream_limit = MAX_OUTPUT
    template_class = QuickTemplate

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        del extra
        for tag in _TAGS:
            self.add_tag(tag)
        for name, function in FILTERS.items():
            self.add_filter(name, function)


def default(value: Any, fallback: Any = "") -> Any:
    """The value, or something instead of a missing or empty one."""
    return fallback if value is None or value == "" else value


def upcase(value: Any) -> str:
    return _shown(value).upper()


def downcase(value: Any) -> str:
    return _shown(value).lower()


def capitalize(value: Any) -> str:
    """The first letter large, the rest as it is: «анна-мария» → «Анна-мария»."""
    text = _shown(value)
    return text[:1].upper() + text[1:]


def truncate(value: Any, length: Any = 50) -> str:
    """At most so many signs, the last of them an ellipsis where something was cut."""
    text, most = _shown(value), min(max(_whole(length), 1), MAX_FILTERED)
    return text if len(text) <= most else text[: most - 1] + "…"


def number(value: Any, places: Any = 0) -> str:
    """Thousands apart: 12 345."""
    if value is None:
        return ""
    if type(value) is int and not places:
        return f"{value:,}".replace(",", NBSP)
    digits = min(max(_whole(places), 0), 4)
    return f"{_decimal(value):,.{digits}f}".replace(",", NBSP).replace(".", ",")


def money(value: Any, currency: Any = "") -> str:
    """Minor units as a price, pennies only where there are any: 1 234,50 ₽."""
    if value is None:
        return ""
    amount = _decimal(value) / 100
    shown = number(amount, 0 if amount == amount.to_integral_value() else 2)
    return f"{shown}{NBSP}{_shown(currency)}" if currency else shown


def plural(value: Any, one: Any, few: Any, many: Any = None) -> str:
    """The word for a number: `plural: "point", "points"` or «балл», «балла», «баллов»."""
    count = abs(value if type(value) is int else int(_decimal(value)))
    if many is None:
        return _shown(one if count == 1 else few)
    if count % 10 == 1 and count % 100 != 11:  # noqa: PLR2004
        return _shown(one)
    is_few = 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14  # noqa: PLR2004
    return _shown(few if is_few else many)


def day(value: Any, form: Any = "%d.%m.%Y") -> str:
    """A date by a form of %d, %m, %Y, %y, %-d, %-m."""
    if not isinstance(value, date):
        return ""
    shown = str(form)[:40]
    parts = {
        "%-d": str(value.day),
        "%-m": str(value.month),
        "%d": f"{value.day:02}",
        "%m": f"{value.month:02}",
        "%Y": f"{value.year:04}",
        "%y": f"{value.year % 100:02}",
    }
    for sign, text in parts.items():
        shown = shown.replace(sign, text)
    return shown


def url_encode(value: Any) -> str:
    """For a part of an address."""
    return quote(_shown(value)[:MAX_FILTERED], safe="")


FILTERS: dict[str, Callable[..., Any]] = {
    "default": default,
    "upcase": upcase,
    "downcase": downcase,
    "capitalize": capitalize,
    "truncate": truncate,
    "number": number,
    "money": money,
    "plural": plural,
    "date": day,
    "url_encode": url_encode,
}


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _whole(value: Any) -> int:
    return int(value) if isinstance(value, int) else 0


def _decimal(value: Any) -> Decimal:
    """The number of a value; 0 for none, and for one whose digits alone would fill the memory."""
    try:
        found = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return Decimal(0)
    is_sane = found.is_finite() and abs(found.adjusted()) < MAX_DIGITS
    return found if is_sane else Decimal(0)
