"""Writes the figures of every customer whole, aside, and lets readers move over at once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from psycopg2 import sql

from analytics.models import Snapshot
from analytics.rules import segments
from analytics.rules.quantiles import Method
from analytics.selectors.reading import one, planned, rows, run
from analytics.services import scoring
from analytics.services.counting import PARALLEL
from analytics.services.scoring import Borders

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
    SELECT *, {r} AS r, {f} AS f, {m} AS m, {r_value} AS r_value,
        {f_rank} AS f_rank
    FROM {history}
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
    """Index a written table and make it the partition of a snapshot."""
    run(sql.SQL("ALTER TABLE {} ADD PRIMARY KEY (snapshot_id, customer_id)").format(partition))
    run(sql.SQL("CREATE INDEX ON {} (snapshot_id, segment)").format(partition))
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


def _snapshot_day(terms: Terms) -> sql.Composable:
    return sql.SQL("{}::date").format(sql.Literal(terms.as_of + timedelta(1)))


def _borders(terms: Terms, history: sql.Identifier) -> dict[str, Borders]:
    ranked = set(scoring.METRICS) if terms.method == "rank" else {"frequency"}
    return scoring.borders_of(history, _snapshot_day(terms), ranked)


def _scores(terms: Terms, borders: dict[str, Borders]) -> dict[str, sql.Composable]:
    """R, F and M by the chosen method, and the two scores that name the segment."""
    day = _snapshot_day(terms)
    recency, frequency, monetary = (scoring.column(name, day) for name in scoring.METRICS)
    score = scoring.by_rank if terms.method == "rank" else scoring.by_value
    from_new = sql.SQL("(6 - {})")
    return {
        "r": from_new.format(score(recency, borders["recency"])),
        "f": score(frequency, borders["frequency"]),
        "m": score(monetary, borders["monetary"]),
        "r_value": from_new.format(scoring.by_value(recency, borders["recency"])),
        "f_rank": scoring.by_rank(frequency, borders["frequency"]),
    }


_COUNT_UP = sql.SQL("""
SELECT r, f, m, segment_r, segment_f, state, count(*), sum(orders)::bigint, sum(revenue)::bigint,
    sum(refunded)::bigint, sum({day} - last_order_on)::bigint
FROM {partition} GROUP BY GROUPING SETS ((r, f, m), (segment_r, segment_f, state))
ORDER BY 1, 2, 3, 4, 5, 6
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
        "cells": [[*row[:3], row[6]] for row in found if row[0] is not None],
        "groups": [list(row[3:]) for row in found if row[3] is not None],
    }


def drop_old(*, workspace_id: int) -> int:
    """Drop the customers of all but the newest snapshots; their totals stay with the snapshot.

    Dropping needs a moment without readers; when there is none the next night does it.
    """
    kept = Snapshot.objects.within(workspace_id).order_by("-pk").values_list("pk", flat=True)
    dropped = 0
    for snapshot_id in list(kept[KEEP:]):
        name = f"analytics_customerstats_{int(snapshot_id)}"
        if one("SELECT to_regclass(%(name)s)", {"name": name})[0] is not None:
            dropped += _drop(snapshot_id)
    return dropped


def _drop(snapshot_id: int) -> int:
    try:
        with transaction.atomic(), planned(lock_timeout="300ms"):
            run(sql.SQL("DROP TABLE {}").format(partition_of(snapshot_id)))
    except OperationalError:
        return 0
    return 1
