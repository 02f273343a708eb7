"""The arithmetic of points."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.points import clawed_back, points_for, share

AMOUNTS = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("total", "percent", "point_value", "points"),
    [
        (10_000, "5", 100, 5),
        (10_000, "5", 1, 500),
        (19_999, "5", 100, 9),
        (1_999, "5", 100, 0),
        (2_000, "5", 100, 1),
        (0, "5", 100, 0),
        (10_000, "0", 100, 0),
        (123_456, "2.75", 100, 33),
        (10**12, "100", 1, 10**12),
        # 3 x 1/3 of a point is a whole one only at the full sum: never rounded up.
        (9_999_999, "0.01", 1_000_000, 0),
    ],
)
def test_points_are_rounded_down_once(
    total: int, percent: str, point_value: int, points: int
) -> None:
    assert points_for(total, percent=Decimal(percent), point_value=point_value) == points


@given(AMOUNTS, st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_shares_of_lines_sum_to_the_whole(points: int, weights: list[int]) -> None:
    shares = share(points, weights=weights)

    assert sum(shares) == (points if any(weights) else 0)
    assert all(part >= 0 for part in shares)


@given(AMOUNTS, st.lists(st.integers(1, 10**9), min_size=1, max_size=20))
def test_no_share_is_a_point_off_its_exact_part(points: int, weights: list[int]) -> None:
    whole = sum(weights)

    shares = share(points, weights=weights)

    assert all(
        abs(part * whole - points * weight) < whole
        for part, weight in zip(shares, weights, strict=True)
    )


def test_ties_go_to_the_earlier_line() -> None:
    assert share(2, weights=[1, 1, 1]) == [1, 1, 0]


@given(AMOUNTS, st.lists(st.integers(1, 10**9), min_size=1, max_size=10))
def test_a_refund_in_parts_takes_what_it_takes_at_once(accrued: int, parts: list[int]) -> None:
    total, refunded, taken = sum(parts), 0, 0

    for part in parts:
        refunded += part
        taken += clawed_back(accrued, refunded=refunded, total=total) - taken

    assert taken == accrued


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_never_more_is_taken_than_was_given(accrued: int, refunded: int, total: int) -> None:
    assert 0 <= clawed_back(accrued, refunded=refunded, total=total) <= accrued
