"""The programme's debt as its pages show it: the terms of the equation, and the months it falls due."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext, pgettext

from core.ui import charts
from core.wording import calendars, formats
from loyalty.selectors.liability import Equation, Falling

MONTHS = 24


@dataclass(frozen=True)
class Term:
    """A term of the equation: the sign before it, its name, its points."""

    sign: str
    label: str
    points: int


def terms(equation: Equation) -> list[Term]:
    """What was given and what became of it; terms that are zero by nature are left out."""
    shown = [
        Term("", gettext("Given for orders"), equation.issued),
        Term("−", gettext("Taken back on refunds"), equation.taken_back),
        Term("−", gettext("Spent"), equation.spent),
        Term("−", pgettext("points", "Expired"), equation.expired),
    ]
    if equation.adjusted:
        by_hand = gettext("Taken by hand") if equation.adjusted > 0 else gettext("Given by hand")
        sign = "−" if equation.adjusted > 0 else "+"
        shown.append(Term(sign, by_hand, abs(equation.adjusted)))
    if equation.owed:
        shown.append(Term("+", gettext("Customers owe"), equation.owed))
    return shown


def chart(falling: list[Falling]) -> charts.Chart:
    """Unspent points by the month of their last day, at most two years ahead."""
    language = get_language()
    shown = falling[:MONTHS]
    labels = [
        f"{calendars.month_short(one.month, language)}\n{one.month.year}"
        if index == 0 or one.month.month == 1
        else calendars.month_short(one.month, language)
        for index, one in enumerate(shown)
    ]
    rows: list[Any] = [
        (calendars.month(one.month, language), formats.count(one.points, language)) for one in shown
    ]
    whole = formats.count(sum(one.points for one in shown), language)
    return charts.Chart(
        charts.bars(labels, charts.Series(gettext("Expiring points"), [p.points for p in shown])),
        charts.Table((gettext("Month"), gettext("Points")), rows),
        gettext("%(points)s unspent points by the month in which they expire") % {"points": whole},
    )
