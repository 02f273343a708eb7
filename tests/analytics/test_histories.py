"""What a night streams: one workspace's orders, added up as whole numbers."""

from datetime import date

import pytest
from django.db import DataError
from psycopg2 import sql

from analytics.selectors.reading import one
from analytics.services import history
from tests import build_analytics as build
from tests.build_analytics import Sale

pytestmark = pytest.mark.django_db

DAY = date(2024, 1, 1)


def test_ranges_begin_and_end_with_the_workspaces_own_buyers() -> None:
    first, shop, last = build.shop(), build.shop(), build.shop()
    build.orders(first, [Sale(1, DAY)])
    known = build.orders(shop, [Sale(1, DAY), Sale(2, DAY)])
    build.orders(last, [Sale(1, DAY)])

    covered = history.ranges(shop.pk)

    least, greatest = sorted(customer.pk for customer in known.values())
    assert covered[0] == _range(least, least + 1)
    assert covered[-1] == _range(greatest, greatest + 1)


def _range(start: int, end: int) -> sql.Composable:
    return sql.SQL("AND customer_id >= {} AND customer_id < {}").format(
        sql.Literal(start), sql.Literal(end)
    )


def test_a_workspace_without_buyers_is_one_range() -> None:
    build.orders(build.shop(), [Sale(1, DAY)])

    assert history.ranges(build.shop().pk) == [sql.SQL("")]


def test_a_total_is_the_sum_as_a_whole_number() -> None:
    found = one(
        "SELECT analytics_total(n), sum(n)::bigint, analytics_total(n) FILTER (WHERE n > 9)"
        " FROM unnest('{1000000000000, 7, NULL, -3}'::bigint[]) AS n"
    )

    assert found == (1_000_000_000_004, 1_000_000_000_004, 1_000_000_000_000)


def test_a_total_of_nothing_is_unknown() -> None:
    assert one("SELECT analytics_total(n) FROM generate_series(1, 0::bigint) AS n") == (None,)


def test_a_total_too_large_is_refused() -> None:
    with pytest.raises(DataError, match="out of range"):
        one("SELECT analytics_total(n) FROM unnest('{9223372036854775807, 1}'::bigint[]) AS n")
