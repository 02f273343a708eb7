"""Nightly figures: full and delta runs, RFM, the lifecycle book and publishing, against floors.

Needs a migrated database in the settings. Makes two workspaces of invented, skewed orders, the
second twice the first; every ratio is of medians taken in turn, in one run.
"""

import os
import resource
import statistics
import time
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from psycopg2 import sql

from analytics.models import Snapshot
from analytics.selectors import reading, snapshots
from analytics.selectors.reading import one, planned, run
from analytics.services import (
    counting,
    dirt,
    history,
    publishing,
    recomputing,
    tallying,
)
from analytics.services.publishing import Terms
from benchmarks import backends, expansion, ratios, scores
from benchmarks.scores import AS_OF
from benchmarks.table import Row
from core.models import Workspace
from crm.services import index_upkeep

FULL_CUSTOMERS = 1_000_000
ORDERS_A_CUSTOMER = 10
AT = datetime(2026, 1, 1, 4, tzinfo=UTC)
THRESHOLD = 30
MIB = 1024 * 1024


def rows(scale: float) -> list[Row]:
    """Every promise about computed figures."""
    customers = max(int(FULL_CUSTOMERS * scale), 2_000)
    small, shop = _shop(customers // 2), _shop(customers)
    # As upkeep leaves the table and its index.
    run("VACUUM ANALYZE crm_order")
    index_upkeep.pack_when_loose()
    return [
        *_nightly(shop, small),
        scores.against_scan(shop),
        *scores.against_pandas(shop),
        _lifecycle(shop),
        _publish(shop),
        _delta(shop, customers),
    ]


def _shop(customers: int) -> Workspace:
    """A workspace with skewed orders over three years; few customers make most of them."""
    shop: Workspace = Workspace.objects.create(
        name="Bench", slug=f"bench-{os.getpid()}-{time.monotonic_ns()}", timezone="UTC"
    )
    words = {"w": shop.pk, "n": customers, "orders": customers * ORDERS_A_CUSTOMER}
    run(
        "INSERT INTO crm_customer (workspace_id, first_name, last_name, gender, city, country,"
        " language, timezone, custom, is_made_up)"
        " SELECT %(w)s, '', '', '', '', '', '', '', '{}', true FROM generate_series(1, %(n)s)",
        words,
    )
    words["first"] = one("SELECT min(id) FROM crm_customer WHERE workspace_id = %(w)s", words)[0]
    run("SELECT setseed(0.42)")
    run(
        "INSERT INTO crm_order (workspace_id, customer_id, source, external_id, placed_at,"
        " placed_on, total, refunded, is_purchase, content_hash)"
        " SELECT %(w)s, %(first)s + floor(power(random(), 1.8) * %(n)s)::bigint, 'bench',"
        " n::text, at, (at AT TIME ZONE 'UTC')::date, 100 + floor(random() * 99900)::bigint, 0,"
        " true, sha256(n::text::bytea)"
        " FROM (SELECT n, timestamptz '2023-01-01 00:00+00' + random() * interval '1095 days'"
        " AS at FROM generate_series(1, %(orders)s) AS n) AS drawn",
        words,
    )
    return shop


def _full(shop: Workspace, as_of: date = AS_OF) -> None:
    recomputing.recompute(workspace=shop, as_of=as_of, at=AT, full=True)


def _sort(shop: Workspace) -> None:
    """The floor of a night: read all orders without an index and sort them whole."""
    off = {"enable_indexscan": "off", "enable_indexonlyscan": "off", "enable_bitmapscan": "off"}
    with transaction.atomic(), planned(**off):
        run(
            "DECLARE sorted NO SCROLL CURSOR FOR SELECT * FROM crm_order WHERE"
            " workspace_id = %(w)s ORDER BY customer_id, placed_at",
            {"w": shop.pk},
        )
        run("MOVE ALL FROM sorted")
        run("CLOSE sorted")


def _nightly(shop: Workspace, small: Workspace) -> list[Row]:
    with backends.watched() as peak:
        ours, half, floor = ratios.median(
            lambda: _full(shop), lambda: _full(small), lambda: _sort(shop)
        )
    python = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return [
        ratios.at_most("full nightly", ours, floor, 1.0, "≤ 1.0 x scan and sort of the orders"),
        ratios.at_most("twice the orders, nightly", ours, half, 2.2, "≤ 2.2 x the time"),
        Row("nightly, memory of backends (MiB)", peak[0] / MIB, 512, peak[0] / MIB / 512,
            "< 512 MiB beyond shared buffers", peak[0] < 512 * MIB),
        Row("nightly, memory of Python (MiB)", python / MIB, 300, python / MIB / 300,
            "< 300 MiB", python < 300 * MIB),
    ]  # fmt: skip


def _book(shop: Workspace) -> None:
    """The whole lifecycle book from orders: one stream, gaps, transitions, months."""
    with transaction.atomic():
        history.rebuild(workspace_id=shop.pk, as_of=AS_OF)
        table = history.table_of(shop.pk)
        counts = counting.count(counting.chunks_of(table), threshold_days=THRESHOLD)
        tallying.clear(workspace_id=shop.pk)
        tallying.add_gaps(workspace_id=shop.pk, gaps=counts.gaps)
        tallying.add_transitions(
            workspace_id=shop.pk, threshold_days=THRESHOLD, counted=counts.transitions
        )
        terms = Terms(shop.pk, AS_OF, THRESHOLD, "rank")
        recomputing.write_book(publishing.score(history=table, terms=terms))


def _lifecycle(shop: Workspace) -> Row:
    ours, floor = ratios.median(
        lambda: _book(shop),
        lambda: reading.rows(expansion.STATEMENT, {"w": shop.pk, "t": THRESHOLD}),
    )
    return ratios.at_least(
        "lifecycle, 36 months", ours, floor, 8, "≥ 8 x faster than expand and lag"
    )


_COPY = sql.SQL(
    "CREATE TABLE {} AS SELECT workspace_id, {}::bigint AS generation, customer_id, revenue,"
    " orders, last_order_on, 0::smallint AS since, 32767::smallint AS until, r, f, m, segment_r,"
    " segment_f, is_reactivated, segment, state FROM {}"
)


def _publish(shop: Workspace) -> Row:
    """Scores of everybody in a new partition, against an update of an indexed table."""
    run("DROP TABLE IF EXISTS bench_scores")
    _full(shop)
    partition = _customers(shop)
    run(sql.SQL("CREATE TABLE bench_scores AS SELECT * FROM {}").format(partition))
    # Updated in place, one table holds every workspace, so what pages and audiences ask for (a
    # customer, a segment, a state of the life cycle) is found by index; a partition is just read.
    run("ALTER TABLE bench_scores ADD PRIMARY KEY (customer_id)")
    run("CREATE INDEX ON bench_scores (generation, segment)")
    run("CREATE INDEX ON bench_scores (generation, state)")

    def update() -> None:
        run(
            sql.SQL("UPDATE bench_scores b SET r = 6 - s.r, f = s.f, m = s.m, state = s.state,"
                    " segment = CASE WHEN s.r = 3 THEN 'champions' ELSE s.segment END,"
                    " generation = b.generation + 1 FROM {} s"
                    " WHERE s.customer_id = b.customer_id").format(partition)
        )  # fmt: skip

    def publish() -> None:
        with transaction.atomic():
            fresh = Snapshot.unscoped.create(
                workspace=shop, as_of=AS_OF, method="rank", threshold_name="median",
                threshold_days=THRESHOLD,
            )  # fmt: skip
            written = publishing.partition_of(fresh.pk)
            run(_COPY.format(publishing.TABLE.format(written), sql.Literal(fresh.pk), partition))
            publishing.attach(partition=written, generation=fresh.pk)

    ours, floor = ratios.median(publish, update)
    run("DROP TABLE bench_scores")
    return ratios.at_least(
        "publish everybody's scores", ours, floor, 5, "≥ 5 x faster than UPDATE … FROM"
    )


def _delta(shop: Workspace, customers: int) -> Row:
    """A day on which one customer of a hundred bought: against the full run, same result."""
    delta, full, same = [], [], []
    for day in range(1, ratios.SHORT_ROUNDS + 1):
        as_of = AS_OF + timedelta(day)
        _buy(shop, customers // 100, as_of)
        delta.append(ratios.seconds_of(partial(_night, shop, as_of)))
        by_delta = _fingerprint(shop)
        full.append(ratios.seconds_of(partial(_full, shop, as_of=as_of)))
        same.append(by_delta == _fingerprint(shop))
    ours, floor = statistics.median(delta), statistics.median(full)
    row = ratios.at_most(
        "nightly delta, 1 % changed", ours, floor, 0.3, "≤ 0.3 x full, same result"
    )
    return Row(row.work, ours, floor, row.ratio, row.promise, row.kept and all(same))


def _night(shop: Workspace, as_of: date) -> None:
    recomputing.recompute(workspace=shop, as_of=as_of, at=AT)


def _buy(shop: Workspace, customers: int, day: date) -> None:
    """Customers drawn anew each day buy once; they are marked as they do."""
    words = {"w": shop.pk, "n": customers, "day": day}
    drawn = [
        row[0]
        for row in reading.rows(
            "INSERT INTO crm_order (workspace_id, customer_id, source, external_id, placed_at,"
            " placed_on, total, refunded, is_purchase, content_hash)"
            " SELECT %(w)s, id, 'bench-' || %(day)s::date, id::text,"
            " %(day)s::timestamp AT TIME ZONE 'UTC' + interval '12 hours', %(day)s,"
            " 100 + id %% 99900, 0, true, sha256(id::text::bytea)"
            " FROM (SELECT id FROM crm_customer WHERE workspace_id = %(w)s"
            " ORDER BY hashint8(id + (%(day)s::date - date '2000-01-01')) LIMIT %(n)s) AS drawn"
            " RETURNING customer_id",
            words,
        )
    ]
    dirt.mark(workspace_id=shop.pk, customer_ids=drawn)


def _customers(shop: Workspace) -> sql.Identifier:
    """The table of the newest snapshot's customers."""
    snapshot = snapshots.latest(shop.pk)
    return publishing.partition_of((snapshot and snapshot.generation) or 0)


def _fingerprint(shop: Workspace) -> list[tuple[Any, ...]]:
    """A hash of everything a run leaves."""
    snapshot = snapshots.latest(shop.pk)
    version = sql.Literal(snapshot.version if snapshot else 0)
    statements = [
        sql.SQL("SELECT md5(string_agg((s.customer_id, orders, revenue, last_order_on, r, f, m,"
                " segment_r, segment_f, segment, state, is_reactivated)::text, ';'"
                " ORDER BY customer_id)) FROM {} s WHERE since <= {v} AND until > {v}").format(
            _customers(shop), v=version),
        sql.SQL("SELECT md5((figures - 'was_full')::text) FROM analytics_snapshot"
                " WHERE id = {}").format(sql.Literal(snapshot.pk if snapshot else 0)),
        sql.SQL("SELECT md5(string_agg((days, gaps)::text, ';' ORDER BY days))"
                " FROM analytics_gapcount WHERE workspace_id = {}").format(sql.Literal(shop.pk)),
        sql.SQL('SELECT md5(string_agg((cohort, "offset", customers, revenue)::text, \';\''
                ' ORDER BY cohort, "offset")) FROM analytics_cohortcell'
                " WHERE workspace_id = {}").format(sql.Literal(shop.pk)),
        sql.SQL("SELECT md5(string_agg((month, base, new, active, reactivated, sleeping,"
                " orders_active, converted_in_time)::text, ';' ORDER BY month))"
                " FROM analytics_lifecyclemonth WHERE workspace_id = {}").format(
            sql.Literal(shop.pk)),
    ]  # fmt: skip
    return [one(statement) for statement in statements]
