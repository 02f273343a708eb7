"""The lifecycle book of a workspace, month by month."""

from dataclasses import dataclass, fields
from datetime import date

from analytics.models import LifecycleMonth
from analytics.rules import book, months
from analytics.rules.book import Kpis, Month
from core.scoping import Scope


@dataclass(frozen=True)
class Page:
    """A month with its figures, as of a day; `is_open` while its last day has not passed."""

    month: Month
    kpis: Kpis
    first_day: date
    is_open: bool
    as_of: date

    @property
    def label(self) -> str:
        return months.label(self.month.month)


_FIELDS = [
    field.name for field in fields(Month) if field.name not in {"month", "reactivated_change"}
]


def pages(tenant: "Scope | int") -> list[Page]:
    """The whole book, oldest month first."""
    return [_page(row) for row in LifecycleMonth.objects.within(tenant).order_by("month")]


def page_of(month: Month, threshold_days: int, as_of: date) -> Page:
    """A month as screens show it."""
    return Page(
        month=month,
        kpis=book.kpis_of(month, threshold_days, as_of),
        first_day=months.first_day(month.month),
        is_open=months.last_day(month.month) > as_of,
        as_of=as_of,
    )


def _page(row: LifecycleMonth) -> Page:
    figures = {name: getattr(row, name) for name in _FIELDS}
    month = Month(month=months.month_of(row.month), **figures)
    return page_of(month, row.threshold_days, row.as_of)
