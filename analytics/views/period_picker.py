"""The period of figures: chosen in the URL, with the days that it is compared to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.selectors.sales import Days, Period
from analytics.views.book_drawing import language
from core.ui import listing
from core.ui.blocks import Tab
from core.wording import calendars

SPANS = (7, 28, 90)
DEFAULT = "28"
# Two years, one of them a leap year.
MOST_DAYS = 731
# Before it there is nothing to compare a period with.
EARLIEST = date(1900, 1, 1)
# Whole weeks, so that a Saturday stands against a Saturday.
A_YEAR = timedelta(364)


@dataclass(frozen=True)
class Picker:
    """What the component draws: the choice, the others, the two ends of a custom one."""

    label: str
    days: str
    choices: Sequence[Tab]
    against: str
    before: str
    comparisons: Sequence[Tab]
    first: str
    last: str
    latest: str
    kept: Sequence[tuple[str, str]] = ()
    # Why other days than those of the address are shown.
    refusal: str = ""


def period_of(asked: QueryDict, last: date) -> Period:
    """The days that the URL asks for, none after `last`; a spoilt wish is the usual one."""
    days = _custom(asked, last) or _named(_name(asked), last)
    if asked.get("against") == "year":
        return Period(days, Days(days.first - A_YEAR, days.last - A_YEAR))
    return Period(days, _before(days, is_month=_is_month(asked)))


def _name(asked: QueryDict) -> str:
    name = asked.get("period", "")
    return name if name in {*map(str, SPANS), "month"} else DEFAULT


def _is_month(asked: QueryDict) -> bool:
    return _name(asked) == "month" and not asked.get("from")


def _named(name: str, last: date) -> Days:
    if name == "month":
        return Days(last.replace(day=1), last)
    return Days(last - timedelta(int(name) - 1), last)


def _custom(asked: QueryDict, last: date) -> Days | None:
    """Both ends, or nothing."""
    first, end = _day(asked.get("from", "")), _day(asked.get("to", ""))
    if first is None or end is None:
        return None
    end = min(end, last)
    if first < EARLIEST or first > end or (end - first).days >= MOST_DAYS:
        return None
    return Days(first, end)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _before(days: Days, *, is_month: bool) -> Days:
    """As many days right before; for a month the same days of the month before it."""
    yesterday = days.first - timedelta(1)
    if not is_month:
        return Days(days.first - timedelta(days.count), yesterday)
    first = yesterday.replace(day=1)
    return Days(first, min(yesterday, first + timedelta(days.count - 1)))


def picker(asked: QueryDict, period: Period, latest: date) -> Picker:
    """The chosen period in words, and the addresses of the others."""
    current = "custom" if _custom(asked, latest) else _name(asked)
    year = asked.get("against") == "year"
    return Picker(
        label=_label(current, period.days),
        days=_written(period.days, latest),
        choices=[
            Tab(_label(name, period.days), _address(asked, name), current=name == current)
            for name in (*map(str, SPANS), "month")
        ],
        against=_("A year ago") if year else _("Previous period"),
        before=_written(period.before, latest),
        comparisons=[
            Tab(_("Previous period"), listing.address(asked, against=""), current=not year),
            Tab(_("A year ago"), listing.address(asked, against="year"), current=year),
        ],
        first=period.days.first.isoformat(),
        last=period.days.last.isoformat(),
        latest=latest.isoformat(),
        kept=[("against", "year")] if year else [],
        refusal=_refusal(asked, period.days, latest),
    )


def _refusal(asked: QueryDict, days: Days, latest: date) -> str:
    """What is wrong with the period of the address, if anything is, and what is shown instead."""
    wants_days = asked.get("from") or asked.get("to")
    if _custom(asked, latest) or (not wants_days and asked.get("period", "") in {"", _name(asked)}):
        return ""
    reason = _wrong_days(latest) if wants_days else _("There is no such period.")
    instead = _("Shown: %(days)s.") % {"days": _written(days, latest)}
    return f"{reason} {instead}"


def _wrong_days(latest: date) -> str:
    return _(
        "These days cannot be shown: the first may not be after the last or after %(latest)s,"
        " and two years is the most."
    ) % {"latest": calendars.day(latest, language())}


def _address(asked: QueryDict, name: str) -> str:
    changes = {"period": "" if name == DEFAULT else name, "from": "", "to": ""}
    return listing.address(asked, **changes)


def _label(name: str, days: Days) -> str:
    if name == "month":
        return _("This month")
    count = days.count if name == "custom" else int(name)
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": count}


def _written(days: Days, latest: date) -> str:
    """24 окт – 20 ноя, with the year where it is another one than that of the latest figures."""
    first = calendars.day_short(days.first, language(), today=days.last)
    return f"{first} – {calendars.day_short(days.last, language(), today=latest)}"
