"""Writes the lifecycle book from counted transitions."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date

from analytics.models import LifecycleMonth
from analytics.rules import book, months
from analytics.rules.book import FellAsleep, Month, Purchases
from analytics.selectors.reading import rows

_PURCHASES = """
SELECT month, earlier, ordinal, woke, had_woken, days, orders
FROM analytics_transitioncount WHERE workspace_id = %(workspace)s
"""
_COLUMNS = {field.name for field in fields(Month)} - {"month", "reactivated_change"}


def write_book(
    *, workspace_id: int, as_of: date, threshold_days: int, asleep: Iterable[FellAsleep]
) -> int:
    """Replace the workspace's book; returns how many months it has.

    Whoever sleeps at the end fell asleep once more after the last purchase day.
    """
    purchases = [Purchases(*row) for row in rows(_PURCHASES, {"workspace": workspace_id})]
    LifecycleMonth.objects.within(workspace_id).delete()
    if not purchases:
        return 0
    first = min(row.month for row in purchases)
    written = book.write_book(first, months.month_of(as_of), purchases, asleep)
    _save(workspace_id, as_of, threshold_days, written)
    return len(written)


def _save(workspace_id: int, as_of: date, threshold_days: int, book: list[Month]) -> None:
    LifecycleMonth.unscoped.bulk_create(
        LifecycleMonth(
            workspace_id=workspace_id,
            as_of=as_of,
            threshold_days=threshold_days,
            month=months.first_day(month.month),
            **{name: getattr(month, name) for name in _COLUMNS},
        )
        for month in book
    )
