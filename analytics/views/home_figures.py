"""The strip of six figures at the head of the first page."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from analytics import metrics
from analytics.selectors import sales
from analytics.selectors.lifecycle import Page
from analytics.selectors.sales import Period
from analytics.views.book_drawing import language
from core import calendars, formats
from core.blocks import Stat
from core.models import Workspace
from loyalty.selectors import liability, programs

DAYS = 30


def period_of(last: date) -> Period:
    """Thirty days that end on a day."""
    return Period(last - timedelta(DAYS - 1), last)


def stats(workspace: Workspace, period: Period, book: Sequence[Page]) -> list[Stat]:
    """Revenue, orders, average order, active customers, messages, points."""
    return [
        *_sales(workspace, period),
        _active(book),
        _messages(workspace, period),
        *_points(workspace, period.last),
    ]


def _sales(workspace: Workspace, period: Period) -> list[Stat]:
    now, before = sales.sales(workspace, period)
    currency, as_of = workspace.currency, calendars.day(period.last, language())
    was = formats.as_text(formats.money_scaled(before.total_revenue, currency, language()))
    return [
        Stat(
            _("Revenue"), formats.money_scaled(now.total_revenue, currency, language()),
            formats.change(now.total_revenue, before.total_revenue, language(), was),
            definition=metrics.definition("revenue", as_of),
            values=now.revenue, previous=before.revenue,
            exact=_("%(gross)s, net of refunds %(net)s") % {
                "gross": formats.money(now.total_revenue, currency, language()),
                "net": formats.money(now.net_revenue, currency, language()),
            },
        ),
        Stat(
            _("Orders"), formats.scaled(now.total_orders, language()),
            formats.change(now.total_orders, before.total_orders, language()),
            definition=metrics.definition("orders", as_of),
            values=now.orders, previous=before.orders,
        ),
        Stat(
            _("Average order"), formats.money_scaled(now.average_check, currency, language()),
            formats.change(
                now.average_check, before.average_check, language(),
                formats.as_text(formats.money_scaled(before.average_check, currency, language())),
            ),
            definition=metrics.definition("average_check", as_of),
            values=now.checks, previous=before.checks,
        ),
    ]  # fmt: skip


def _active(book: Sequence[Page]) -> Stat:
    """The stock at the end of the book against that of the month before."""
    series = [page.month.active for page in book[-13:]]
    now, before = (series[-1], series[-2]) if len(series) > 1 else (sum(series), 0)
    return Stat(
        _("Active customers"), formats.scaled(now, language()),
        formats.change(now, before, language()),
        definition=metrics.definition("active"), values=series,
    )  # fmt: skip


def _messages(workspace: Workspace, period: Period) -> Stat:
    now, before = sales.messages(workspace, period)
    return Stat(
        _("Messages"), formats.scaled(sum(now), language()),
        formats.change(sum(now), sum(before), language(), _short(sum(before))),
        definition=metrics.definition("messages"), values=now, previous=before,
    )  # fmt: skip


def _points(workspace: Workspace, last: date) -> list[Stat]:
    program = programs.find(workspace)
    if program is None:
        return []
    now, before = (
        liability.outstanding(program=program, at=_end_of(day, workspace))
        for day in (last, last - timedelta(DAYS))
    )
    return [
        Stat(
            _("Points on accounts"), formats.scaled(now, language()),
            formats.change(now, before, language(), _short(before)),
            definition=metrics.definition("points"),
        )
    ]  # fmt: skip


def _short(value: int) -> str:
    """A count as it stands in a figure: 14,8 million, not 14 798 360."""
    return formats.as_text(formats.scaled(value, language()))


def _end_of(day: date, workspace: Workspace) -> datetime:
    return datetime.combine(day + timedelta(1), time(), ZoneInfo(workspace.timezone))
