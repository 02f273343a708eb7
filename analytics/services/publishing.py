"""Writes everybody's figures into a table aside, and lets readers move over at once."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import OperationalError, transaction
from psycopg2 import sql

from analytics.models import Snapshot
from analytics.models.stats import STANDS
from analytics.rules import places, segments
from analytics.rules.base import METRICS, People
from analytics.rules.places import Places
from analytics.rules.quantiles import Borders, Method
from analytics.selectors.reading import PARALLEL, planned, rows, run
from analytics.services import scoring

# Room on every page: a row is closed where it lies, which leaves the index alone.
TABLE = sql.SQL("{} WITH (fillfactor = 92)")
# Wide columns first, so that none leaves a gap before the next.
COLUMNS = sql.SQL(
    "workspace_id, generation, customer_id, revenue, orders, last_order_on, since, until, r, f, m,"
    " segment_r, segment_f, is_reactivated, segment, state"
)
_SELECT = sql.SQL("""
SELECT {workspace}::bigint AS workspace_id, {generation}::bigint AS generation, customer_id,
    revenue, orders, last_on AS last_order_on,
    {version}::smallint AS since, {stands}::smallint AS until,
    r::smallint, f::smallint, m::smallint,
    r_value::smallint AS segment_r, f_rank::smallint AS segment_f,
    ({as_of} - last_on <= {threshold} AND last_gap > {threshold}) AS is_reactivated,
    ({segments})[(r_value - 1) * 5 + f_rank] AS segment,
    (CASE WHEN {as_of} - last_on > {threshold} THEN 'sleeping' WHEN purchase_days = 1 THEN 'new'
          ELSE 'active' END)::varchar(12) COLLATE "C" AS state
FROM (
    SELECT customer_id, orders, revenue, last_on, purchase_days, last_gap,
        {r} AS r, {f} AS f, {m} AS m, {r_value} AS r_value, {f_rank} AS f_rank
    -- Each score is computed once, wherever it is used above.
    FROM {history} {only} OFFSET 0
) AS scored
""")


EVERYBODY = sql.SQL("")


@dataclass(frozen=True)
class Terms:
    """What a snapshot is computed for."""

    workspace_id: int
    as_of: date
    threshold_days: int
    method: Method


@dataclass(frozen=True)
class Scored:
    """Everybody of a history table, where the base is cut, and where each stands by that."""

    terms: Terms
    history: sql.Identifier
    people: People
    cuts: Mapping[str, Borders]
    placed: Places


def score(*, history: sql.Identifier, terms: Terms) -> Scored:
    """Cut the base of a history table into fifths and place everybody."""
    people = scoring.people_of(history, terms.as_of)
    cuts = people.cuts(ranked=places.ranked(terms.method))
    placed = places.places(people, cuts, method=terms.method, threshold_days=terms.threshold_days)
    return Scored(terms, history, people, cuts, placed)


def write(*, snapshot: Snapshot, scored: Scored) -> None:
    """Write everybody into a table of the snapshot's own, where a generation begins."""
    partition = partition_of(snapshot.pk)
    snapshot.generation, snapshot.version = snapshot.pk, 0
    with planned(**PARALLEL):
        run(
            sql.SQL("CREATE TABLE {} AS {}").format(
                TABLE.format(partition), select(snapshot, scored)
            )
        )
    attach(partition=partition, generation=snapshot.pk)


def select(snapshot: Snapshot, scored: Scored, only: sql.Composable = EVERYBODY) -> sql.Composable:
    """The rows of a snapshot, as `COLUMNS` lists them."""
    terms = scored.terms
    return _SELECT.format(
        workspace=sql.Literal(terms.workspace_id), generation=sql.Literal(snapshot.generation),
        version=sql.Literal(snapshot.version), stands=sql.Literal(STANDS),
        as_of=sql.SQL("{}::date").format(sql.Literal(terms.as_of)),
        threshold=sql.Literal(terms.threshold_days), history=scored.history, only=only,
        segments=sql.SQL('{}::varchar(24)[] COLLATE "C"').format(
            sql.Literal("{" + ",".join(segments.segments_by_cell()) + "}")
        ),
        **_scores(terms, scored.cuts),
    )  # fmt: skip


def attach(*, partition: sql.Identifier, generation: int) -> None:
    """Key a written table by customer and make it the partition of a generation."""
    # Rows come nearly in order: sorting them alone is done before workers have started.
    with planned(max_parallel_maintenance_workers="0"):
        run(sql.SQL("CREATE UNIQUE INDEX ON {} (customer_id, since)").format(partition))
    run(
        sql.SQL("ALTER TABLE analytics_customerstats ATTACH PARTITION {} FOR VALUES IN ({})")
        .format(partition, sql.Literal(generation))
    )  # fmt: skip


def totals(scored: Scored) -> dict[str, Any]:
    """Customers by scores, and people and money by segment cell and state.

    {"cells": [[r, f, m, customers]], "groups": [[r, f, state, customers, orders, revenue,
    refunded, recency]]}: what pages add up without reading customers. "cuts" say where the base
    was cut, "borders" what of that pages show.
    """
    cuts = scored.cuts
    return {
        "customers": len(scored.people.customers),
        "cells": places.cells(scored.placed),
        "groups": places.groups(scored.people, scored.placed),
        "borders": {
            "recency": cuts["recency"].in_fifths,
            "frequency": cuts["frequency"].values,
        },
        "cuts": {metric: asdict(cuts[metric]) for metric in METRICS},
    }


def publish(*, snapshot: Snapshot, at: datetime, figures: dict[str, Any]) -> None:
    """Point readers at a written snapshot."""
    Snapshot.unscoped.filter(pk=snapshot.pk).update(
        generation=snapshot.generation, version=snapshot.version, figures=figures, published_at=at
    )


def partition_of(generation: int) -> sql.Identifier:
    return sql.Identifier(f"analytics_customerstats_{int(generation)}")


def _scores(terms: Terms, cuts: Mapping[str, Borders]) -> dict[str, sql.Composable]:
    """R, F and M by the chosen method, and the two scores that name the segment."""
    by = scoring.by_rank if terms.method == "rank" else scoring.by_value
    r, f, m = (by(name, cuts[name], terms.as_of) for name in METRICS)
    return {
        "r": r, "f": f, "m": m,
        "r_value": scoring.by_value("recency", cuts["recency"], terms.as_of),
        "f_rank": scoring.by_rank("frequency", cuts["frequency"], terms.as_of),
    }  # fmt: skip


_OLD = """
SELECT id FROM analytics_snapshot AS old
WHERE workspace_id = %(w)s AND to_regclass('analytics_customerstats_' || id) IS NOT NULL
  AND NOT EXISTS (
    SELECT 1 FROM analytics_snapshot
    WHERE workspace_id = %(w)s AND generation = old.id
  )
"""


def drop_old(*, workspace_id: int) -> int:
    """Drop the tables that no kept snapshot sees.

    Dropping needs a moment without readers; when there is none the next night does it.
    """
    return sum(_drop(snapshot_id) for (snapshot_id,) in rows(_OLD, {"w": workspace_id}))


def _drop(snapshot_id: int) -> int:
    try:
        with transaction.atomic(), planned(lock_timeout="300ms"):
            run(sql.SQL("DROP TABLE {}").format(partition_of(snapshot_id)))
    except OperationalError:
        return 0
    return 1
