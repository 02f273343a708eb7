"""Laws of the lifecycle book, over made-up histories, against a walk through every day."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.selectors import lifecycle
from analytics.services import recomputing
from tests import build_analytics as build
from tests.analytics import oracle
from tests.build_analytics import Sale

pytestmark = pytest.mark.django_db

START = date(2023, 11, 20)
SALES = st.lists(
    st.tuples(st.integers(1, 4), st.integers(0, 120).map(lambda n: START + timedelta(n))),
    min_size=1,
    max_size=25,
)
THRESHOLDS = st.integers(1, 45)
SOME = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NAMES = {
    "base": "base", "new": "new", "active": "active", "sleeping": "sleeping",
    "reactivated": "reactivated", "first_purchases": "first_purchases",
    "new_to_active": "new_to_active", "new_to_sleeping": "new_to_sleeping",
    "active_to_sleeping": "active_to_sleeping", "sleeping_to_active": "sleeping_to_active",
    "orders_first": "orders_first", "orders_new": "orders_new", "orders_active": "orders_active",
    "orders_sleeping": "orders_sleeping", "converted_in_time": "converted",
}  # fmt: skip


def _pages(sales: list[tuple[int, date]], as_of: date, threshold: int) -> list[lifecycle.Page]:
    """The book of a new shop with these sales; nothing of it stays."""
    with transaction.atomic():
        shop = build.shop()
        build.orders(shop, [Sale(who, day) for who, day in sales])
        recomputing.recompute(workspace=shop, as_of=as_of, at=build.NIGHT, threshold=str(threshold))
        pages = lifecycle.pages(shop.pk)
        transaction.set_rollback(True)
    return pages


@SOME
@given(sales=SALES, threshold=THRESHOLDS, tail=st.integers(0, 60))
def test_the_book_is_what_a_walk_through_every_day_writes(
    sales: list[tuple[int, date]], threshold: int, tail: int
) -> None:
    as_of = max(day for _, day in sales) + timedelta(tail)
    walked = oracle.walk(sales, as_of, threshold)

    pages = _pages(sales, as_of, threshold)

    assert {page.label: {name: getattr(page.month, name) for name in NAMES} for page in pages} == {
        label: {ours: month.get(theirs, 0) for ours, theirs in NAMES.items()}
        for label, month in walked.items()
    }


@SOME
@given(sales=SALES, threshold=THRESHOLDS)
def test_stocks_close_and_every_order_has_one_state(
    sales: list[tuple[int, date]], threshold: int
) -> None:
    as_of = max(day for _, day in sales)

    months = [page.month for page in _pages(sales, as_of, threshold)]

    assert all(month.base == month.new + month.active + month.sleeping for month in months)
    assert all(0 <= month.reactivated <= month.active for month in months)
    assert len(sales) == sum(
        m.orders_first + m.orders_new + m.orders_active + m.orders_sleeping for m in months
    )


def test_a_gap_of_one_day_over_the_threshold_is_a_fall_asleep_and_a_return() -> None:
    sales = [(1, START), (1, START + timedelta(11))]

    [november, december] = _pages(sales, START + timedelta(11), threshold=10)

    assert november.month.new == 1
    assert (december.month.new_to_sleeping, december.month.sleeping_to_active) == (1, 1)
    assert december.month.reactivated == 1


def test_a_gap_of_exactly_the_threshold_stays_awake() -> None:
    sales = [(1, START), (1, START + timedelta(10))]

    [page] = _pages(sales, START + timedelta(10), threshold=10)

    assert (page.month.new_to_active, page.month.new_to_sleeping) == (1, 0)
    assert page.month.converted_in_time == 1
