"""Writes the figures of every customer whole, aside, and lets readers move over at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from psycopg2 import sql

from analytics.models import Snapshot
from analytics.rules import segments
from analytics.rules.quantiles import Borders, Method
from analytics.selectors.reading import PARALLEL, planned, rows, run
from analytics.services import scoring

KEEP = 3

_WRITE = sql.SQL("""
CREATE TABLE {partition} AS
SELECT {workspace}::bigint AS workspace_id, {snapshot}::bigint AS snapshot_id, customer_id,
    orders, revenue, refunded, first_on AS first_order_on, last_on AS last_order_on,
    purchase_days, first_gap, last_gap, r::smallint, f::smallint, m::smallint,
    r_value::smallint AS segment_r, f_rank::smallint AS segment_f,
    ({segments})[(r_value - 1) * 5 + f_rank] AS segment,
    (CASE WHEN {as_of} - last_on > {threshold} THEN 'sleeping' WHEN purchase_days = 1 THEN 'new'
          ELSE 'active' END)::varchar(12) COLLATE "C" AS state,
    ({as_of} - last_on <= {threshold} AND coalesce(last_gap > {threshold}, false))
        AS is_reactivated
FROM (
    SELECT customer_id, orders, revenue, refunded, first_on, last_on, purchase_days, first_gap,
        last_gap, {r} AS r, {f} AS f, {m} AS m, {r_value} AS r_value, {f_rank} AS f_rank
    -- Each score is computed once, wherever it is used above.
    FROM {history} OFFSET 0
) AS scored
""")


@dataclass(frozen=True)
class Terms:
    """What a snapshot is computed for."""

    workspace_id: int
    as_of: date
    threshold_days: int
    method: Method


def write(*, snapshot: Snapshot, terms: Terms, history: sql.Identifier) -> dict[str, Any]:
    """Score every customer of a history table into the snapshot's own partition.

    Returns how many they are, and the borders of the segments' scores in fifths.
    """
    partition = partition_of(snapshot.pk)
    borders = _borders(terms, history)
    with planned(**PARALLEL):
        customers = run(_statement(partition, snapshot.pk, terms, history, borders))
    attach(partition=partition, snapshot_id=snapshot.pk)
    shown = {"recency": borders["recency"].in_fifths, "frequency": borders["frequency"].values}
    return {"customers": customers, "borders": shown}


def attach(*, partition: sql.Identifier, snapshot_id: int) -> None:
    """Key a written table by customer and make it the partition of a snapshot."""
    # Rows come nearly in order: sorting them alone is done before workers have started.
    with planned(max_parallel_maintenance_workers="0"):
        run(sql.SQL("CREATE UNIQUE INDEX ON {} (customer_id)").format(partition))
    run(
        sql.SQL("ALTER TABLE analytics_customerstats ATTACH PARTITION {} FOR VALUES IN ({})")
        .format(partition, sql.Literal(snapshot_id))
    )  # fmt: skip


def publish(*, snapshot: Snapshot, at: datetime, figures: dict[str, Any]) -> None:
    """Point readers at a written snapshot."""
    Snapshot.unscoped.filter(pk=snapshot.pk).update(figures=figures, published_at=at)


def partition_of(snapshot_id: int) -> sql.Identifier:
    return sql.Identifier(f"analytics_customerstats_{int(snapshot_id)}")


def _statement(
    partition: sql.Identifier, snapshot_id: int, terms: Terms, history: sql.Identifier,
    borders: dict[str, Borders],
) -> sql.Composable:  # fmt: skip
    as_of = sql.SQL("{}::date").format(sql.Literal(terms.as_of))
    return _WRITE.format(
        partition=partition, history=history, as_of=as_of, snapshot=sql.Literal(snapshot_id),
        workspace=sql.Literal(terms.workspace_id), threshold=sql.Literal(terms.threshold_days),
        segments=sql.SQL('{}::varchar(24)[] COLLATE "C"').format(
            sql.Literal("{" + ",".join(segments.segments_by_cell()) + "}")
        ),
        **_scores(terms, borders),
    )  # fmt: skip


def _borders(terms: Terms, history: sql.Identifier) -> dict[str, Borders]:
    base = scoring.base_of(history, terms.as_of)
    ranked = set(scoring.METRICS) if terms.method == "rank" else {"frequency"}
    return {name: base.borders(name, by_rank=name in ranked) for name in scoring.METRICS}


def _scores(terms: Terms, borders: dict[str, Borders]) -> dict[str, sql.Composable]:
    """R, F and M by the chosen method, and the two scores that name the segment."""
    score = scoring.by_rank if terms.method == "rank" else scoring.by_value
    r, f, m = (score(name, borders[name], terms.as_of) for name in scoring.METRICS)
    return {
        "r": r, "f": f, "m": m,
        "r_value": scoring.by_value("recency", borders["recency"], terms.as_of),
        "f_rank": scoring.by_rank("frequency", borders["frequency"], terms.as_of),
    }  # fmt: skip


_COUNT_UP = sql.SQL("""
SELECT r, f, m, segment_r, segment_f, state, count(*), sum(orders)::bigint, sum(revenue)::bigint,
    sum(refunded)::bigint, sum({day} - last_order_on)::bigint
FROM {partition} GROUP BY r, f, m, segment_r, segment_f, state
""")


def count_up(*, snapshot: Snapshot, as_of: date) -> dict[str, Any]:
    """Customers by scores, and people and money by segment cell and state.

    {"cells": [[r, f, m, customers]], "groups": [[r, f, state, customers, orders, revenue,
    refunded, recency]]}: what pages add up without reading customers.
    """
    day = sql.SQL("{}::date").format(sql.Literal(as_of + timedelta(1)))
    with planned(**PARALLEL):
        found = rows(_COUNT_UP.format(day=day, partition=partition_of(snapshot.pk)))
    return {
        "cells": _summed((row[:3], row[6:7]) for row in found),
        "groups": _summed((row[3:6], row[6:]) for row in found),
    }


def _summed(counted: Iterable[tuple[tuple[Any, ...], tuple[int, ...]]]) -> list[list[Any]]:
    """Keys in order, each followed by the sums of what stands under it."""
    sums: dict[tuple[Any, ...], list[int]] = {}
    for key, values in counted:
        known = sums.setdefault(key, [0] * len(values))
        sums[key] = [had + value for had, value in zip(known, values, strict=True)]
    return [[*key, *sums[key]] for key in sorted(sums)]


_OLD = """
SELECT id FROM analytics_snapshot
WHERE workspace_id = %(w)s AND to_regclass('analytics_customerstats_' || id) IS NOT NULL
ORDER BY id DESC OFFSET %(kept)s
"""


def drop_old(*, workspace_id: int) -> int:
    """Drop the customers of all but the newest snapshots; their totals stay with the snapshot.

    Dropping needs a moment without readers; when there is none the next night does it.
    """
    return sum(
        _drop(snapshot_id) for (snapshot_id,) in rows(_OLD, {"w": workspace_id, "kept": KEEP})
    )


def _drop(snapshot_id: int) -> int:
    try:
        with transaction.atomic(), planned(lock_timeout="300ms"):
            run(sql.SQL("DROP TABLE {}").format(partition_of(snapshot_id)))
    except OperationalError:
        return 0
    return 1
