"""Receipts fold to one end state whatever order they come in."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.receipts import Kind, Receipts, apply, merge

START = datetime(2026, 5, 1, tzinfo=UTC)
FACTS = [
    (kind, START + timedelta(minutes=i))
    for i, kind in enumerate((Kind.SENT, Kind.DELIVERED, Kind.READ, Kind.CLICKED))
]
FACT = st.tuples(st.sampled_from(Kind), st.datetimes().map(lambda at: at.replace(tzinfo=UTC)))


def fold(facts: list[tuple[Kind, datetime]]) -> Receipts:
    receipts = Receipts()
    for kind, at in facts:
        receipts = apply(receipts, kind, at)
    return receipts


@pytest.mark.parametrize("order", list(permutations(FACTS)))
def test_any_order_with_any_duplicates_ends_the_same(
    order: tuple[tuple[Kind, datetime], ...],
) -> None:
    assert fold([*order, *reversed(order), *order]) == fold(FACTS)
    assert fold(list(order)).stage == Kind.CLICKED


@given(st.lists(FACT, max_size=12), st.randoms())
def test_the_fold_does_not_depend_on_the_order(facts, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(facts)
    random.shuffle(shuffled)

    assert fold(shuffled) == fold(facts)


@given(st.lists(FACT, max_size=8), st.lists(FACT, max_size=8))
def test_merging_two_halves_is_folding_the_whole(
    one: list[tuple[Kind, datetime]], other: list[tuple[Kind, datetime]]
) -> None:
    assert merge(fold(one), fold(other)) == fold(one + other)


def test_a_click_without_a_pixel_is_a_read() -> None:
    clicked = apply(Receipts(), Kind.CLICKED, START)

    assert clicked.first_read_at == START
    assert clicked.read_at is None


def test_a_bounce_is_a_flag_and_no_stage() -> None:
    bounced = apply(apply(Receipts(), Kind.SENT, START), Kind.BOUNCED, START)

    assert (bounced.stage, bounced.bounced_at) == (Kind.SENT, START)


def test_the_earliest_time_of_a_kind_stays() -> None:
    later = START + timedelta(hours=1)

    assert fold([(Kind.READ, later), (Kind.READ, START)]).read_at == START
