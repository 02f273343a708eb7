"""Nightly figures: full and delta runs, RFM, the lifecycle book and publishing, against floors.

Needs a migrated database in the settings. Makes two workspaces of invented, skewed orders, the
second twice the first; every ratio is of medians taken in turn, in one run.
"""

import os
import resource
import statistics
import time
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from psycopg2 import sql

from analytics.models import Snapshot
from analytics.rules.quantiles import Method
from analytics.selectors import reading
from analytics.selectors.reading import one, planned, run
from analytics.services import (
    booking,
    counting,
    dirt,
    history,
    publishing,
    recomputing,
    tallying,
)
from benchmarks import backends, expansion, ratios, scores
from benchmarks.scores import AS_OF
from benchmarks.table import Row
from core.models import Workspace

FULL_CUSTOMERS = 1_000_000
ORDERS_A_CUSTOMER = 10
AT = datetime(2026, 1, 1, 4, tzinfo=UTC)
THRESHOLD = 30
MIB = 1024 * 1024


def rows(scale: float) -> list[Row]:
    """Every promise about computed figures."""
    customers = max(int(FULL_CUSTOMERS * scale), 2_000)
    small, shop = _shop(customers // 2), _shop(customers)
    run("VACUUM ANALYZE crm_order")
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


def _full(shop: Workspace, method: Method = "rank") -> None:
    recomputing.recompute(workspace=shop, as_of=AS_OF, at=AT, full=True, method=method)


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
        counts = counting.count(history.table_of(shop.pk), threshold_days=THRESHOLD)
        tallying.clear(workspace_id=shop.pk)
        tallying.add_gaps(workspace_id=shop.pk, gaps=counts.gaps)
        tallying.add_transitions(
            workspace_id=shop.pk, threshold_days=THRESHOLD, counted=counts.transitions
        )
        snapshot = Snapshot.objects.within(shop).order_by("-pk").first()
        booking.write_book(
            workspace_id=shop.pk, as_of=AS_OF, threshold_days=THRESHOLD,
            partition=publishing.partition_of(snapshot.pk),
        )  # fmt: skip


def _lifecycle(shop: Workspace) -> Row:
    ours, floor = ratios.median(
        lambda: _book(shop),
        lambda: reading.rows(expansion.STATEMENT, {"w": shop.pk, "t": THRESHOLD}),
    )
    return ratios.at_least(
        "lifecycle, 36 months", ours, floor, 8, "≥ 8 x faster than expand and lag"
    )


_COPY = sql.SQL(
    "CREATE TABLE {} AS SELECT workspace_id, {}::bigint AS snapshot_id, customer_id, orders,"
    " revenue, refunded, first_order_on, last_order_on, purchase_days, first_gap, last_gap, r, f,"
    " m, segment_r, segment_f, segment, state, is_reactivated FROM {}"
)


def _publish(shop: Workspace) -> Row:
    """Scores of everybody in a new partition, against an update of an indexed table."""
    run("DROP TABLE IF EXISTS bench_scores")
    newest = Snapshot.objects.within(shop).order_by("-pk").first()
    partition = publishing.partition_of(newest.pk)
    run(sql.SQL("CREATE TABLE bench_scores AS SELECT * FROM {}").format(partition))
    # Updated in place, one table holds every workspace: a segment is found by index, as a customer.
    run("ALTER TABLE bench_scores ADD PRIMARY KEY (customer_id)")
    run("CREATE INDEX ON bench_scores (snapshot_id, segment)")

    def update() -> None:
        run(
            sql.SQL("UPDATE bench_scores b SET r = 6 - s.r, f = s.f, m = s.m, state = s.state,"
                    " segment = CASE WHEN s.r = 3 THEN 'champions' ELSE s.segment END,"
                    " snapshot_id = b.snapshot_id + 1 FROM {} s"
                    " WHERE s.customer_id = b.customer_id").format(partition)
        )  # fmt: skip

    def publish() -> None:
        with transaction.atomic():
            fresh = Snapshot.unscoped.create(
                workspace=shop, as_of=AS_OF, method="rank", threshold_name="median",
                threshold_days=THRESHOLD,
            )  # fmt: skip
            written = publishing.partition_of(fresh.pk)
            run(_COPY.format(written, sql.Literal(fresh.pk), partition))
            publishing.attach(partition=written, snapshot_id=fresh.pk)

    ours, floor = ratios.median(publish, update)
    run("DROP TABLE bench_scores")
    return ratios.at_least(
        "publish everybody's scores", ours, floor, 5, "≥ 5 x faster than UPDATE … FROM"
    )


def _delta(shop: Workspace, customers: int) -> Row:
    """One customer of a hundred changed: against the full run, with the same result."""
    drawn = [
        row[0]
        for row in reading.rows(
            "SELECT id FROM crm_customer WHERE workspace_id = %(w)s ORDER BY hashint8(id)"
            " LIMIT %(n)s",
            {"w": shop.pk, "n": customers // 100},
        )
    ]
    delta, full = [], []
    for _ in range(ratios.ROUNDS):
        full.append(ratios.seconds_of(lambda: _full(shop)))
        # The day marks customers as it goes; the night begins when they are marked.
        dirt.mark(workspace_id=shop.pk, customer_ids=drawn)
        delta.append(
            ratios.seconds_of(lambda: recomputing.recompute(workspace=shop, as_of=AS_OF, at=AT))
        )
    by_delta = _fingerprint(shop)
    _full(shop)
    same = by_delta == _fingerprint(shop)
    ours, floor = statistics.median(delta), statistics.median(full)
    row = ratios.at_most(
        "nightly delta, 1 % changed", ours, floor, 0.3, "≤ 0.3 x full, same result"
    )
    return Row(row.work, ours, floor, row.ratio, row.promise, row.kept and same)


def _fingerprint(shop: Workspace) -> list[tuple[Any, ...]]:
    """A hash of everything a run leaves."""
    snapshot = Snapshot.objects.within(shop).order_by("-pk").first()
    statements = [
        sql.SQL("SELECT md5(string_agg((s.customer_id, orders, revenue, first_order_on,"
                " last_order_on, first_gap, last_gap, r, f, m, segment, state)::text, ';'"
                " ORDER BY customer_id)) FROM {} s").format(publishing.partition_of(snapshot.pk)),
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
