"""The strip of six figures at the head of the first page."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from analytics import metrics
from analytics.rules import months
from analytics.selectors import sales
from analytics.selectors.lifecycle import Page
from analytics.selectors.sales import Period, Sales
from analytics.views.book_drawing import language
from core.models import Workspace
from core.ui.blocks import Definition, Stat
from core.wording import calendars, formats
from loyalty.selectors import liability, programs

# More points than this are drawn by weeks: a line of a year's days is noise.
MOST_POINTS = 92
WEEK = 7


def stats(workspace: Workspace, period: Period, book: Sequence[Page]) -> list[Stat]:
    """Revenue, orders, average order, active customers, messages, points."""
    return [
        *_sales(workspace, period),
        _active(book),
        _messages(workspace, period),
        *_points(workspace, period),
    ]


def _sales(workspace: Workspace, period: Period) -> list[Stat]:
    now, before = sales.sales(workspace, period)
    currency, as_of = workspace.currency, calendars.day(period.days.last, language())
    was = formats.as_text(formats.money_scaled(before.total_revenue, currency, language()))
    return [
        Stat(
            _("Revenue"), formats.money_scaled(now.total_revenue, currency, language()),
            formats.change(now.total_revenue, before.total_revenue, language(), was),
            definition=_with_net(metrics.definition("revenue", as_of), now, currency),
            values=drawn(now.revenue), previous=drawn(before.revenue),
            exact=_("%(gross)s, net of refunds %(net)s") % {
                "gross": formats.money(now.total_revenue, currency, language()),
                "net": formats.money(now.net_revenue, currency, language()),
            },
        ),
        Stat(
            _("Orders"), formats.scaled(now.total_orders, language()),
            formats.change(now.total_orders, before.total_orders, language()),
            definition=metrics.definition("orders", as_of),
            values=drawn(now.orders), previous=drawn(before.orders),
        ),
        Stat(
            _("Average order"), formats.money_scaled(now.average_check, currency, language()),
            formats.change(
                now.average_check, before.average_check, language(),
                formats.as_text(formats.money_scaled(before.average_check, currency, language())),
            ),
            definition=metrics.definition("average_check", as_of),
            values=_checks(now), previous=_checks(before),
        ),
    ]  # fmt: skip


def _with_net(definition: Definition, now: Sales, currency: str) -> Definition:
    """What is left after refunds stands where the revenue is explained, on a phone too."""
    net = formats.money(now.net_revenue, currency, language())
    said = _("Net of their refunds, whenever they were given back: %(net)s.") % {"net": net}
    return replace(definition, says=f"{definition.says} {said}")


def drawn(values: Sequence[int]) -> list[float]:
    """A line's points: days, or sums of weeks where there are too many; a part of one is left out."""
    if len(values) <= MOST_POINTS:
        return list(values)
    return [sum(values[at : at + WEEK]) for at in range(len(values) % WEEK, len(values), WEEK)]


def _checks(found: Sales) -> list[float]:
    pairs = zip(drawn(found.revenue), drawn(found.orders), strict=True)
    return [revenue / orders if orders else 0 for revenue, orders in pairs]


def _active(book: Sequence[Page]) -> Stat:
    """The stock at the end of the book against that of the month before; months, not days.

    The book ends on the day it was computed for, whatever the period: the definition says which.
    """
    series = [page.month.active for page in book[-13:]]
    now, before = (series[-1], series[-2]) if len(series) > 1 else (sum(series), 0)
    as_of = calendars.day(book[-1].as_of, language()) if book else ""
    return Stat(
        _("Active customers"), formats.scaled(now, language()),
        formats.change(now, before, language()), note=_month_end(book, before),
        definition=metrics.definition("active", as_of), values=series,
    )  # fmt: skip


def _month_end(book: Sequence[Page], count: int) -> str:
    """The day of the stock before: 31 окт 1 238."""
    if len(book) < 2:  # noqa: PLR2004 - one month has none before it
        return ""
    day = months.last_day(book[-2].month.month)
    return f"{calendars.day_short(day, language(), today=day)} {_short(count)}"


def _messages(workspace: Workspace, period: Period) -> Stat:
    now, before = sales.messages(workspace, period)
    return Stat(
        _("Messages"), formats.scaled(sum(now), language()),
        formats.change(sum(now), sum(before), language(), _short(sum(before))),
        definition=metrics.definition("messages"), values=drawn(now), previous=drawn(before),
    )  # fmt: skip


def _points(workspace: Workspace, period: Period) -> list[Stat]:
    program = programs.find(workspace)
    if program is None:
        return []
    held = liability.stock_by_day(
        program=program, first=min(period.before.first, period.days.first), last=period.days.last
    )
    now, before = (
        [held[day] for day in period.days.each()],
        [held[day] for day in period.before.each()],
    )
    return [
        Stat(
            _("Points on accounts"), formats.scaled(now[-1], language()),
            formats.change(now[-1], before[-1], language(), _short(before[-1])),
            definition=metrics.definition("points"), values=now, previous=before,
        )
    ]  # fmt: skip


def _short(value: int) -> str:
    """A count as it stands in a figure: 14,8 million, not 14 798 360."""
    return formats.as_text(formats.scaled(value, language()))
