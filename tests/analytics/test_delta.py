"""A delta over dirty customers leaves what a full run leaves, bit for bit."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.models import DirtyCustomer
from analytics.selectors import snapshots
from analytics.selectors.reading import rows
from analytics.services import dirt, history, recomputing
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
    "SELECT customer_id, orders, revenue, refunded, first_order_on, last_order_on, purchase_days,"
    " first_gap, last_gap, r, f, m, segment, state, is_reactivated"
    " FROM analytics_customerstats WHERE snapshot_id = %(s)s ORDER BY customer_id"
)


def _everything(shop: Workspace) -> dict[str, Any]:
    snapshot = snapshots.latest(shop.pk)
    assert snapshot is not None
    derived = {
        table: build.rows_of(table, shop, columns, order_by)
        for table, (columns, order_by) in DERIVED.items()
    }
    return derived | {
        "months": build.rows_of("analytics_lifecyclemonth", shop, MONTH, "month"),
        "customers": rows(CUSTOMERS, {"s": snapshot.pk}),
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


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=HISTORIES, later=CHANGES, removed=st.integers(0, 5), days_later=st.integers(0, 30))
def test_a_delta_gives_what_a_full_run_gives(
    before: list[tuple[int, int]], later: list[tuple[int, int]], removed: int, days_later: int
) -> None:
    with transaction.atomic():
        shop = build.shop()
        known = build.orders(shop, [Sale(who, START + timedelta(n)) for who, n in before])
        first_day = START + timedelta(60)
        recomputing.recompute(workspace=shop, as_of=first_day, at=build.NIGHT, full=True)
        _change(shop, known, later, removed)
        as_of = first_day + timedelta(days_later)

        recomputing.recompute(workspace=shop, as_of=as_of, at=build.NIGHT, delta_at_any_size=True)
        by_delta = _everything(shop)
        recomputing.recompute(workspace=shop, as_of=as_of, at=build.NIGHT, full=True)

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

    snapshot = snapshots.latest(shop.pk)
    assert snapshot is not None
    assert rows(
        "SELECT revenue, refunded FROM analytics_customerstats WHERE snapshot_id = %(s)s",
        {"s": snapshot.pk},
    ) == [(1000, 350)]
