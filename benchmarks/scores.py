"""RFM alone, straight from orders: against the bare scan, and against pandas."""

import multiprocessing
import statistics
import tracemalloc
from datetime import date

import numpy as np
from django.db import connection, transaction
from psycopg2 import sql

from analytics.rules import quantiles
from analytics.rules.base import METRICS
from analytics.selectors.reading import planned, run
from analytics.services import history, scoring
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
_PART = sql.SQL(
    "SELECT customer_id, count(*)::int AS orders, sum(total)::bigint AS revenue,"
    " max(placed_on) AS last_on FROM crm_order WHERE workspace_id = {shop}"
    " AND customer_id IS NOT NULL AND is_purchase {only} GROUP BY customer_id"
)


def _rfm_alone(shop: Workspace) -> None:
    """Scores of everybody straight from orders, with the borders and the stream we use."""
    parts = sql.SQL(" UNION ALL ").join(
        _PART.format(shop=sql.Literal(shop.pk), only=only) for only in history.ranges(shop.pk)
    )
    with transaction.atomic(), planned(**history.STREAMING):
        base = scoring.base_of(sql.SQL("({}) AS base").format(parts), AS_OF)
    cells = np.zeros(len(base.customers), np.int64)
    for metric in METRICS:
        borders = quantiles.borders_of(getattr(base, metric), base.customers, by_rank=False)
        cells = cells * 10 + quantiles.scores_by_value(getattr(base, metric), borders)
    np.bincount(cells)


def against_scan(shop: Workspace) -> Row:
    ours, floor = ratios.median(lambda: _rfm_alone(shop), lambda: _grouped(shop))
    return ratios.at_most("RFM alone", ours, floor, 2.0, "≤ 2 x the streaming grouped scan")


def against_pandas(shop: Workspace) -> list[Row]:
    """Time and memory, each beyond what an idle process of its kind takes."""
    taken: list[pandas_rfm.Taken] = []
    ours, _floor = ratios.median(lambda: _rfm_alone(shop), lambda: taken.append(_by_pandas(shop)))
    seconds = statistics.median(one.seconds for one in taken)
    memory = statistics.median(one.memory for one in taken)
    with backends.watched() as held:
        tracemalloc.start()
        _rfm_alone(shop)
        held[0] += tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return [
        ratios.at_least("RFM against pandas read_sql + qcut", ours, seconds, 10, "≥ 10 x faster"),
        ratios.at_most("RFM against pandas, memory (MiB)", held[0] / MIB, memory / MIB, 0.1,
                 "≤ a tenth of its memory"),
    ]  # fmt: skip


def _by_pandas(shop: Workspace) -> pandas_rfm.Taken:
    dsn = dict(connection.get_connection_params())
    keep = {key: dsn[key] for key in ("dbname", "user", "password", "host", "port") if dsn.get(key)}
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(pandas_rfm.score, (keep, shop.pk, AS_OF))
