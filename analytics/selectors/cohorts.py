"""Cohorts by month of the first order: who came back, and what they brought."""

from dataclasses import dataclass
from datetime import date

from analytics.models import CohortCell
from analytics.rules import months
from core.scoping import Scope


@dataclass(frozen=True)
class Cohort:
    """People whose first order fell in one month; lists run from month 0 to the newest.

    `customers[k]` bought k months later; `revenue[k]` is what they paid then, in minor units.
    """

    month: date
    customers: list[int]
    revenue: list[int]

    @property
    def label(self) -> str:
        return months.label(months.month_of(self.month))

    @property
    def size(self) -> int:
        return self.customers[0]


def cohorts(tenant: "Scope | int", as_of: date) -> list[Cohort]:
    """Every cohort up to the month of `as_of`; months without first orders have none."""
    cells: dict[date, dict[int, CohortCell]] = {}
    for cell in CohortCell.objects.within(tenant).order_by("cohort", "offset"):
        cells.setdefault(cell.cohort, {})[cell.offset] = cell
    return [_cohort(month, found, as_of) for month, found in cells.items()]


def _cohort(month: date, cells: dict[int, CohortCell], as_of: date) -> Cohort:
    last = months.month_of(as_of) - months.month_of(month)
    known = [cells.get(offset) for offset in range(last + 1)]
    return Cohort(
        month=month,
        customers=[cell.customers if cell else 0 for cell in known],
        revenue=[cell.revenue if cell else 0 for cell in known],
    )
