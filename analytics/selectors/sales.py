"""Orders day by day, for the strip of figures on the first page."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from analytics.selectors.reading import rows
from core.models import Workspace

_BY_DAY = """
SELECT placed_on, count(*), sum(total)::bigint, sum(refunded)::bigint FROM crm_order
WHERE workspace_id = %(workspace)s AND is_purchase
  AND (placed_at >= %(start)s AND placed_at < %(end)s
       OR placed_at >= %(earlier_start)s AND placed_at < %(earlier_end)s)
GROUP BY placed_on
"""
_MESSAGES_BY_DAY = """
SELECT (accepted_at AT TIME ZONE %(zone)s)::date, count(*) FROM campaigns_delivery
WHERE workspace_id = %(workspace)s
  AND (accepted_at >= %(start)s AND accepted_at < %(end)s
       OR accepted_at >= %(earlier_start)s AND accepted_at < %(earlier_end)s)
GROUP BY 1
"""


@dataclass(frozen=True)
class Days:
    """Local days in a row, both ends included."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    def each(self) -> list[date]:
        return [self.first + timedelta(offset) for offset in range(self.count)]


@dataclass(frozen=True)
class Period:
    """Some days, and the days they are compared to."""

    days: Days
    before: Days


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


def sales(workspace: Workspace, period: Period) -> tuple[Sales, Sales]:
    """The period's sales and those of the days it is compared to, by one query."""
    params = _bounds(workspace, period)
    by_day = {row[0]: row[1:] for row in rows(_BY_DAY, params)}
    return _sales(by_day, period.days), _sales(by_day, period.before)


def _sales(by_day: dict[date, tuple[int, ...]], days: Days) -> Sales:
    found = [by_day.get(day, (0, 0, 0)) for day in days.each()]
    columns = [list(column) for column in zip(*found, strict=True)]
    return Sales(*columns)


def messages(workspace: Workspace, period: Period) -> tuple[list[int], list[int]]:
    """Accepted messages by day: of the period, and of the days it is compared to."""
    by_day = dict(rows(_MESSAGES_BY_DAY, _bounds(workspace, period)))
    now = [int(by_day.get(day, 0)) for day in period.days.each()]
    return now, [int(by_day.get(day, 0)) for day in period.before.each()]


def _bounds(workspace: Workspace, period: Period) -> dict[str, object]:
    """Both runs of days as instants, each up to the start of the day after it."""
    zone = ZoneInfo(workspace.timezone)
    return {
        "workspace": workspace.pk,
        "zone": workspace.timezone,
        "start": start_of(period.days.first, zone),
        "end": start_of(period.days.last + timedelta(1), zone),
        "earlier_start": start_of(period.before.first, zone),
        "earlier_end": start_of(period.before.last + timedelta(1), zone),
    }


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day."""
    return datetime.combine(day, time(), zone)
