"""RFM alone, straight from orders: against the bare scan, and against pandas."""

import multiprocessing
import statistics
import tracemalloc
from dataclasses import replace
from datetime import date

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray
from psycopg2 import sql

from analytics.rules import quantiles
from analytics.rules.base import METRICS, Base
from analytics.rules.quantiles import Borders
from analytics.selectors.reading import planned, run
from analytics.services import history, scoring
from analytics.services.packing import packed
from benchmarks import backends, pandas_rfm, ratios
from benchmarks.table import Row
from core.models import Workspace

AS_OF = date(2025, 12, 31)
MIB = 1024 * 1024


def _grouped(shop: Workspace) -> None:
    with transaction.atomic(), planned(**history.STREAMING):
        run("DECLARE grouped NO SCROLL CURSOR FOR " + _GROUPED, {"w": shop.pk})
        run("MOVE ALL FROM grouped")
        run("CLOSE grouped")


_GROUPED = (
    "SELECT customer_id, count(*)::int AS orders, sum(total)::bigint AS revenue,"
    " max(placed_on) AS last_on FROM crm_order WHERE workspace_id = %(w)s"
    " AND customer_id IS NOT NULL AND is_purchase GROUP BY customer_id"
)
# Amounts are added up as the product does (services.history).
_PART = sql.SQL(
    "SELECT customer_id, count(*) AS orders, analytics_total(total) AS revenue,"
    " max(placed_on) AS last_on FROM crm_order WHERE workspace_id = {shop}"
    " AND customer_id IS NOT NULL AND is_purchase {only} GROUP BY customer_id"
)
# The last day and the orders travel as one number, four bytes each.
_BASE = sql.SQL(
    "SELECT string_agg(int8send(customer_id), ''),"
    " string_agg(int8send((last_on - date '2000-01-01') * 4294967296 + orders), ''),"
    " string_agg(int8send(revenue), '') FROM ({parts}) AS base"
)
# The process that asks counts as much as a worker does: on two cores a second one is in the way.
# (A night's histories are written by who asks, so there two workers are the better choice.)
_BESIDE = {"max_parallel_workers_per_gather": "1"}
# As the widely copied recipe scores, and pandas beside us: frequency by rank, the others by value.
_RANKED = frozenset({"frequency"})


def _rfm_alone(shop: Workspace) -> dict[str, list[int]]:
    """Scores of everybody straight from orders, with the borders and the stream we use.

    Returns how many have each score, lowest values first, recency in days.
    """
    parts = sql.SQL(" UNION ALL ").join(
        _PART.format(shop=sql.Literal(shop.pk), only=only) for only in history.ranges(shop.pk)
    )
    with transaction.atomic(), planned(**history.STREAMING, **_BESIDE):
        base = _base(*packed(_BASE.format(parts=parts)))
    cuts = base.cuts(ranked=_RANKED)
    return {
        metric: np.bincount(_scores(base, metric, cuts[metric]), minlength=6)[1:].tolist()
        for metric in METRICS
    }


def _base(customers: memoryview, days_and_orders: memoryview, revenue: memoryview) -> Base:
    last_on, orders = np.frombuffer(days_and_orders, ">i4").reshape(-1, 2).T
    return Base(
        customers=np.frombuffer(customers, ">i8").astype(np.int64),
        recency=(scoring.day_of(AS_OF) + 1 - last_on).astype(np.int32),
        frequency=orders.astype(np.int32),
        monetary=np.frombuffer(revenue, ">i8").astype(np.int64),
    )


def _scores(base: Base, metric: str, borders: Borders) -> NDArray[np.int8]:
    values = getattr(base, metric)
    if metric in _RANKED:
        return quantiles.scores_by_rank(values, base.customers, borders)
    return quantiles.scores_by_value(values, borders)


def against_scan(shop: Workspace) -> Row:
    ours, floor = ratios.median(
        lambda: _rfm_alone(shop), lambda: _grouped(shop), rounds=ratios.SHORT_ROUNDS
    )
    return ratios.at_most("RFM alone", ours, floor, 2.0, "≤ 2 x the streaming grouped scan")


def against_pandas(shop: Workspace) -> list[Row]:
    """Time and memory, each beyond what an idle process of its kind takes; the scores are one."""
    taken: list[pandas_rfm.Taken] = []
    ours, _floor = ratios.median(
        lambda: _rfm_alone(shop), lambda: taken.append(_by_pandas(shop)),
        rounds=ratios.SHORT_ROUNDS,
    )  # fmt: skip
    same = all(one.counts == _rfm_alone(shop) for one in taken)
    seconds = statistics.median(one.seconds for one in taken)
    memory = statistics.median(one.memory for one in taken)
    with backends.watched() as held:
        tracemalloc.start()
        _rfm_alone(shop)
        held[0] += tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    faster = ratios.at_least(
        "RFM against pandas read_sql + qcut", ours, seconds, 10, "≥ 10 x faster, same scores"
    )
    return [
        replace(faster, kept=faster.kept and same),
        ratios.at_most("RFM against pandas, memory (MiB)", held[0] / MIB, memory / MIB, 0.1,
                 "≤ a tenth of its memory"),
    ]  # fmt: skip


def _by_pandas(shop: Workspace) -> pandas_rfm.Taken:
    dsn = dict(connection.get_connection_params())
    keep = {key: dsn[key] for key in ("dbname", "user", "password", "host", "port") if dsn.get(key)}
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(pandas_rfm.score, (keep, shop.pk, AS_OF))
