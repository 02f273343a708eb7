"""A delta over dirty customers leaves what a full run leaves, bit for bit."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.models import DirtyCustomer, Snapshot
from analytics.rules.quantiles import Method
from analytics.selectors import rfm, snapshots
from analytics.selectors.reading import rows
from analytics.services import dirt, history, recomputing, versioning
from core.models import Workspace
from crm.models import Order
from tests import build_analytics as build
from tests.build_analytics import Sale

pytestmark = pytest.mark.django_db

START = date(2024, 1, 1)
DERIVED = {
    "analytics_gapcount": ("days, gaps", "days"),
    "analytics_transitioncount": (
        "threshold_days, month, earlier, ordinal, woke, had_woken, days, orders",
        "month, earlier, ordinal, woke, had_woken",
    ),
    "analytics_cohortcell": ('cohort, "offset", customers, revenue', 'cohort, "offset"'),
}
CUSTOMERS = (
    "SELECT customer_id, orders, revenue, last_order_on, r, f, m, segment_r, segment_f, segment,"
    " state, is_reactivated"
    " FROM analytics_customerstats WHERE generation = %(g)s AND since <= %(v)s AND until > %(v)s"
    " ORDER BY customer_id"
)


def _latest(shop: Workspace) -> Snapshot:
    snapshot = snapshots.latest(shop.pk)
    assert snapshot is not None
    return snapshot


def _customers(snapshot: Snapshot) -> list[tuple[Any, ...]]:
    return rows(CUSTOMERS, {"g": snapshot.generation, "v": snapshot.version})


def _everything(shop: Workspace) -> dict[str, Any]:
    snapshot = _latest(shop)
    derived = {
        table: build.rows_of(table, shop, columns, order_by)
        for table, (columns, order_by) in DERIVED.items()
    }
    return derived | {
        "months": build.rows_of("analytics_lifecyclemonth", shop, MONTH, "month"),
        "customers": _customers(snapshot),
        "history": build.history_of(shop),
        "figures": {k: v for k, v in snapshot.figures.items() if k != "was_full"},
        "threshold": snapshot.threshold_days,
    }


MONTH = (
    "month, as_of, threshold_days, base, new, active, reactivated, sleeping, opening_active,"
    " first_purchases, new_to_active, new_to_sleeping, active_to_sleeping, sleeping_to_active,"
    " orders_first, orders_new, orders_active, orders_sleeping, converted_in_time"
)
HISTORIES = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 90)), min_size=12, max_size=40)
CHANGES = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 110)), max_size=6)
NIGHTS = st.lists(st.tuples(CHANGES, st.integers(0, 5), st.integers(0, 12)), min_size=1, max_size=5)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    before=HISTORIES, nights=NIGHTS, method=st.sampled_from(["rank", "value"]),
    threshold=st.sampled_from(["median", "20"]),
)  # fmt: skip
def test_deltas_in_a_row_give_what_a_full_run_gives(
    before: list[tuple[int, int]], nights: list[Any], method: Method, threshold: str
) -> None:
    with transaction.atomic():
        shop = build.shop()
        known = build.orders(shop, [Sale(who, START + timedelta(n)) for who, n in before])
        as_of = START + timedelta(60)
        night = partial(
            recomputing.recompute, workspace=shop, at=build.NIGHT, method=method,
            threshold=threshold,
        )  # fmt: skip
        night(as_of=as_of, full=True)

        said = [(_latest(shop).pk, _customers(_latest(shop)))]
        for later, removed, days_later in nights:
            _change(shop, known, later, removed)
            as_of += timedelta(days_later)
            night(as_of=as_of, delta_at_any_size=True)
            said.append((_latest(shop).pk, _customers(_latest(shop))))
        kept = Snapshot.objects.within(shop).in_bulk([pk for pk, _ in said[-versioning.KEEP :]])
        say_now = [(pk, _customers(snapshot)) for pk, snapshot in sorted(kept.items())]
        by_delta = _everything(shop)
        night(as_of=as_of, full=True)

        assert say_now == said[-versioning.KEEP :]
        assert by_delta == _everything(shop)
        transaction.set_rollback(True)


def _change(shop: Workspace, known: Any, later: list[tuple[int, int]], removed: int) -> None:
    """New and removed orders, with their customers marked dirty."""
    gone = Order.unscoped.filter(workspace=shop).order_by("pk")[:removed]
    dirty = {order.customer_id for order in gone if order.customer_id}
    Order.unscoped.filter(pk__in=[order.pk for order in gone]).delete()
    for who, day in later:
        if who in known:
            build.order(shop, known[who], START + timedelta(day), 500)
            dirty.add(known[who].pk)
    dirt.mark(workspace_id=shop.pk, customer_ids=sorted(dirty))


def test_a_delta_writes_those_who_changed_and_no_others() -> None:
    shop = build.shop()
    known = build.orders(
        shop, [Sale(n, START + timedelta(n % 9 + 5 * twice)) for n in range(40) for twice in (0, 1)]
    )
    recomputing.recompute(workspace=shop, as_of=START + timedelta(20), at=build.NIGHT)
    first = _latest(shop)
    build.order(shop, known[3], START + timedelta(20))
    dirt.mark(workspace_id=shop.pk, customer_ids=[known[3].pk])

    recomputing.recompute(
        workspace=shop, as_of=START + timedelta(20), at=build.NIGHT, delta_at_any_size=True
    )

    latest = _latest(shop)
    written = set(_written_for(latest))
    differ = {new[0] for old, new in zip(_customers(first), _customers(latest), strict=True)
              if old != new}  # fmt: skip
    assert (latest.generation, latest.version) == (first.pk, 1)
    assert known[3].pk in written
    assert written == differ < {customer.pk for customer in known.values()}


def test_a_base_of_which_much_changed_is_written_anew() -> None:
    shop = build.shop()
    known = build.orders(shop, [Sale(n, START + timedelta(n % 9)) for n in range(40)])
    recomputing.recompute(workspace=shop, as_of=START + timedelta(20), at=build.NIGHT)
    dirt.mark(workspace_id=shop.pk, customer_ids=[known[n].pk for n in range(6)])

    outcome = recomputing.recompute(workspace=shop, as_of=START + timedelta(20), at=build.NIGHT)

    assert not outcome.was_full
    assert (_latest(shop).generation, _latest(shop).version) == (outcome.snapshot_id, 0)


def _written_for(snapshot: Snapshot) -> list[int]:
    return [row[0] for row in rows(
        "SELECT customer_id FROM analytics_customerstats"
        " WHERE generation = %(g)s AND since = %(v)s",
        {"g": snapshot.generation, "v": snapshot.version},
    )]  # fmt: skip


def test_the_totals_of_a_snapshot_are_those_of_its_rows() -> None:
    shop = build.shop()
    build.orders(
        shop,
        [Sale(n % 23, START + timedelta(n * 7 % 60), total=n * 100) for n in range(90)],
    )

    recomputing.recompute(workspace=shop, as_of=START + timedelta(60), at=build.NIGHT)

    snapshot = _latest(shop)
    day = {"g": snapshot.generation, "day": START + timedelta(61)}
    assert snapshot.figures["cells"] == [list(row) for row in rows(
        "SELECT r, f, m, count(*) FROM analytics_customerstats WHERE generation = %(g)s"
        " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3", day,
    )]  # fmt: skip
    assert snapshot.figures["groups"] == [list(row) for row in rows(
        "SELECT segment_r, segment_f, state, count(*), sum(orders)::bigint,"
        " sum(revenue)::bigint, 0, sum(%(day)s - last_order_on)::bigint"
        " FROM analytics_customerstats WHERE generation = %(g)s GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        day,
    )]  # fmt: skip


def test_an_unmarked_change_is_not_seen_by_a_delta() -> None:
    shop = build.shop()
    known = build.orders(shop, [Sale(n, START + timedelta(n)) for n in range(20)])
    recomputing.recompute(workspace=shop, as_of=START + timedelta(40), at=build.NIGHT)
    build.order(shop, known[3], START + timedelta(30))

    outcome = recomputing.recompute(workspace=shop, as_of=START + timedelta(40), at=build.NIGHT)

    assert not outcome.was_full
    assert build.total_orders(shop) == 20


def test_an_order_after_the_day_waits_for_its_day() -> None:
    shop = build.shop()
    known = build.orders(shop, [Sale(n, START + timedelta(n)) for n in range(20)])
    build.order(shop, known[3], START + timedelta(41))

    recomputing.recompute(workspace=shop, as_of=START + timedelta(40), at=build.NIGHT)
    then = build.total_orders(shop)
    outcome = recomputing.recompute(workspace=shop, as_of=START + timedelta(41), at=build.NIGHT)

    assert then == 20
    assert not outcome.was_full
    assert build.total_orders(shop) == 21
    assert not DirtyCustomer.objects.within(shop).exists()


def test_a_refund_after_the_day_waits_for_its_day() -> None:
    shop = build.shop()
    known = build.orders(shop, [Sale(n, START + timedelta(n)) for n in range(20)])
    recomputing.recompute(workspace=shop, as_of=START + timedelta(40), at=build.NIGHT)
    build.refund_alone(shop, known[3], START + timedelta(41), 50)
    dirt.mark(workspace_id=shop.pk, customer_ids=[known[3].pk])

    recomputing.recompute(workspace=shop, as_of=START + timedelta(40), at=build.NIGHT)
    then = rfm.whole(_latest(shop)).refunded
    outcome = recomputing.recompute(workspace=shop, as_of=START + timedelta(41), at=build.NIGHT)

    assert (then, outcome.was_full) == (0, False)
    assert rfm.whole(_latest(shop)).refunded == 50
    assert not DirtyCustomer.objects.within(shop).exists()


def test_a_run_whose_table_was_lost_starts_from_the_orders() -> None:
    shop = build.shop()
    build.orders(shop, [Sale(n, START + timedelta(n)) for n in range(20)])
    recomputing.recompute(workspace=shop, as_of=START + timedelta(40), at=build.NIGHT)
    history.drop(workspace_id=shop.pk)

    outcome = recomputing.recompute(workspace=shop, as_of=START + timedelta(41), at=build.NIGHT)

    assert outcome.was_full
    assert build.total_orders(shop) == 20


def test_a_shop_without_orders_has_an_empty_book() -> None:
    shop = build.shop()

    outcome = recomputing.recompute(workspace=shop, as_of=START, at=build.NIGHT)

    assert outcome.customers == 0
    assert build.count_of("analytics_lifecyclemonth", shop) == 0


def test_refunds_stand_beside_gross_revenue() -> None:
    shop = build.shop()
    known = build.orders(shop, [Sale(1, START, total=1000)])
    Order.unscoped.filter(workspace=shop).update(refunded=300)
    build.refund_alone(shop, known[1], START, 50)

    recomputing.recompute(workspace=shop, as_of=START, at=build.NIGHT)

    assert rows(
        "SELECT revenue FROM analytics_customerstats WHERE generation = %(g)s",
        {"g": _latest(shop).generation},
    ) == [(1000,)]
    assert [group[-3:-1] for group in _latest(shop).figures["groups"]] == [[1000, 350]]
