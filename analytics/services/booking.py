"""Writes the lifecycle book from counted transitions."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date

from psycopg2 import sql

from analytics.models import LifecycleMonth
from analytics.rules import book, months
from analytics.rules.book import FellAsleep, Month, Purchases
from analytics.selectors.reading import PARALLEL, planned, rows

_PURCHASES = """
SELECT month, earlier, ordinal, woke, had_woken, days, orders
FROM analytics_transitioncount WHERE workspace_id = %(workspace)s
"""
# Whoever sleeps at the end fell asleep once more after the last purchase day.
_ASLEEP = sql.SQL("""
SELECT last_order_on + %(threshold)s + 1 AS gone_on, purchase_days = 1,
    coalesce(last_gap > %(threshold)s, false), count(*)
FROM {partition} WHERE last_order_on + %(threshold)s + 1 <= %(as_of)s
GROUP BY 1, 2, 3
""")
_COLUMNS = {field.name for field in fields(Month)} - {"month", "reactivated_change"}


def write_book(
    *, workspace_id: int, as_of: date, threshold_days: int, partition: sql.Identifier
) -> int:
    """Replace the workspace's book; returns how many months it has."""
    purchases = [Purchases(*row) for row in rows(_PURCHASES, {"workspace": workspace_id})]
    LifecycleMonth.objects.within(workspace_id).delete()
    if not purchases:
        return 0
    first = min(row.month for row in purchases)
    asleep = _fallen_asleep(partition, threshold_days, as_of)
    written = book.write_book(first, months.month_of(as_of), purchases, asleep)
    _save(workspace_id, as_of, threshold_days, written)
    return len(written)


def _fallen_asleep(
    partition: sql.Identifier, threshold_days: int, as_of: date
) -> Iterable[FellAsleep]:
    with planned(**PARALLEL):
        found = rows(
            _ASLEEP.format(partition=partition), {"threshold": threshold_days, "as_of": as_of}
        )
    return [FellAsleep(months.month_of(row[0]), *row[1:]) for row in found]


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
