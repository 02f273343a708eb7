"""Counts what happened at every purchase day of a history table: gaps, transitions, cohorts.

The table is read in chunks of packed columns (`packing.packed`), so a large base takes no more
memory than a small one. A delta counts the old selves of dirty customers and the new ones.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from psycopg2 import sql

from analytics.rules import purchases
from analytics.rules.purchases import Histories, Tally
from analytics.selectors.reading import one
from analytics.services.packing import packed

CHUNK_BYTES = 8 * 1024 * 1024
PAGE_BYTES = 8192

_SIZES = "SELECT pg_relation_size(%(name)s::regclass), pg_table_size(%(name)s::regclass)"
_CHUNK = sql.SQL("""
SELECT string_agg(int4send(orders), ''), string_agg(purchases, '')
FROM {table} WHERE ctid >= {start}::tid AND ctid < {end}::tid
""")


@dataclass(frozen=True)
class Counts:
    """What a history table counts up to; transitions by the threshold that was expected."""

    gaps: Tally
    cohorts: Tally
    transitions: Tally


def count(chunks: Iterable[Histories], *, threshold_days: int) -> Counts:
    """Count every purchase day of some histories in one reading.

    The threshold follows from the gaps, so transitions are counted by the expected one; when it
    turns out to be another, `count_transitions` reads once more.
    """
    gaps, cohorts, transitions = [], [], []
    for chunk in chunks:
        days = purchases.purchase_days(chunk)
        gaps.append(purchases.gaps(days))
        cohorts.append(purchases.cohorts(chunk))
        transitions.append(purchases.transitions(days, threshold_days))
    return Counts(
        purchases.added(gaps, 1), purchases.added(cohorts, 2), purchases.added(transitions, 2)
    )


def count_transitions(table: sql.Identifier, *, threshold_days: int) -> Tally:
    """Class and count every purchase day of a history table."""
    return purchases.added(
        [
            purchases.transitions(purchases.purchase_days(chunk), threshold_days)
            for chunk in chunks_of(table)
        ],
        2,
    )


def count_changes(old: Histories, new: Histories, *, threshold_days: int) -> Counts:
    """What to add to the counts so that old histories are out and new ones in."""
    out, into = (
        count([each] if len(each.orders) else [], threshold_days=threshold_days)
        for each in (old, new)
    )
    return Counts(
        gaps=_change(out.gaps, into.gaps, 1),
        cohorts=_change(out.cohorts, into.cohorts, 2),
        transitions=_change(out.transitions, into.transitions, 2),
    )


def _change(old: Tally, new: Tally, sums: int) -> Tally:
    return purchases.added([old.taken_out(), new], sums).changes()


def chunks_of(table: sql.Identifier) -> Iterator[Histories]:
    """The rows of a table in chunks of some megabytes, wherever the rows' bytes lie."""
    pages, step = _pages(table)
    for start in range(0, pages, step):
        start_at, end_at = (sql.Literal(f"({page},0)") for page in (start, start + step))
        orders, days = packed(_CHUNK.format(table=table, start=start_at, end=end_at))
        if orders:
            yield Histories.packed(orders, days)


def _pages(table: sql.Identifier) -> tuple[int, int]:
    """How many pages a table has, and how many make a chunk."""
    inline, whole = one(_SIZES, {"name": table.strings[0]})
    pages = inline // PAGE_BYTES
    return pages, max(CHUNK_BYTES * pages // whole, 1) if pages else 1
