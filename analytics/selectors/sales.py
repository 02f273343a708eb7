"""Orders day by day, for the strip of figures on the first page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from analytics.selectors.reading import rows
from core.models import Workspace

_BY_DAY = """
SELECT placed_on, count(*), sum(total)::bigint, sum(refunded)::bigint FROM crm_order
WHERE workspace_id = %(workspace)s AND is_purchase
  AND placed_at >= %(start)s AND placed_at < %(end)s
GROUP BY placed_on
"""
_MESSAGES_BY_DAY = """
SELECT (accepted_at AT TIME ZONE %(zone)s)::date, count(*) FROM campaigns_delivery
WHERE workspace_id = %(workspace)s AND accepted_at >= %(start)s AND accepted_at < %(end)s
GROUP BY 1
"""


@dataclass(frozen=True)
class Period:
    """Some days, and as many before them. All days are local."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        return Period(self.first - timedelta(self.days), self.first - timedelta(1))

    def each_day(self) -> list[date]:
        return [self.first + timedelta(offset) for offset in range(self.days)]


@dataclass(frozen=True)
class Sales:
    """Orders of a period by day; money in minor units, gross and given back."""

    orders: list[int]
    revenue: list[int]
    refunded: list[int]

    @property
    def total_orders(self) -> int:
        return sum(self.orders)

    @property
    def total_revenue(self) -> int:
        return sum(self.revenue)

    @property
    def net_revenue(self) -> int:
        return self.total_revenue - sum(self.refunded)

    @property
    def average_check(self) -> int:
        """Minor units; 0 without orders."""
        return round(self.total_revenue / self.total_orders) if self.total_orders else 0

    @property
    def checks(self) -> list[float]:
        return [r / n if n else 0 for r, n in zip(self.revenue, self.orders, strict=True)]


def sales(workspace: Workspace, period: Period) -> tuple[Sales, Sales]:
    """The period's sales and those of the period before, by one query."""
    params = _bounds(workspace, period)
    by_day = {row[0]: row[1:] for row in rows(_BY_DAY, params)}
    return _sales(by_day, period), _sales(by_day, period.before)


def _sales(by_day: dict[date, tuple[int, ...]], period: Period) -> Sales:
    found = [by_day.get(day, (0, 0, 0)) for day in period.each_day()]
    columns = [list(column) for column in zip(*found, strict=True)]
    return Sales(*columns)


def messages(workspace: Workspace, period: Period) -> tuple[list[int], list[int]]:
    """Accepted messages by day: of the period, and of the one before."""
    by_day = dict(rows(_MESSAGES_BY_DAY, _bounds(workspace, period)))
    now = [int(by_day.get(day, 0)) for day in period.each_day()]
    return now, [int(by_day.get(day, 0)) for day in period.before.each_day()]


def _bounds(workspace: Workspace, period: Period) -> dict[str, object]:
    """From the start of the period before to the end of this one, as instants."""
    zone = ZoneInfo(workspace.timezone)
    start, end = period.before.first, period.last + timedelta(1)
    return {
        "workspace": workspace.pk,
        "zone": workspace.timezone,
        "start": datetime(start.year, start.month, start.day, tzinfo=zone),
        "end": datetime(end.year, end.month, end.day, tzinfo=zone),
    }
