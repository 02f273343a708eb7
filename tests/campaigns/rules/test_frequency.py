"""The rolling cap."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.frequency import Cap, allowed_from, in_window, is_allowed

START = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
CAP = Cap(3, DAY)


def sent_greedily(minutes: list[int], cap: Cap) -> list[datetime]:
    """Everything that the cap lets through, tried at these minutes."""
    sent: list[datetime] = []
    for at in sorted(START + timedelta(minutes=m) for m in minutes):
        if is_allowed(sent, cap, at):
            sent.append(at)
    return sent


@given(st.lists(st.integers(0, 10_000), max_size=80), st.integers(1, 5))
def test_no_window_ever_holds_more_than_the_cap(minutes: list[int], limit: int) -> None:
    cap = Cap(limit, DAY)
    sent = sent_greedily(minutes, cap)

    assert all(in_window(sent, cap, at) <= limit for at in sent)


@given(st.lists(st.integers(0, 3_000), max_size=40))
def test_the_named_instant_is_the_first_allowed_one(minutes: list[int]) -> None:
    sent = sent_greedily(minutes, CAP)
    at = START + timedelta(minutes=3_000)
    due_at = allowed_from(sent, CAP, at)

    assert due_at is not None
    assert is_allowed(sent, CAP, due_at)
    assert due_at == at or not is_allowed(sent, CAP, due_at - timedelta(microseconds=1))


def test_a_message_exactly_one_window_ago_no_longer_counts() -> None:
    sent = [START] * 3

    assert not is_allowed(sent, CAP, START + DAY - timedelta(microseconds=1))
    assert is_allowed(sent, CAP, START + DAY)


def test_a_cap_of_zero_allows_nothing_ever() -> None:
    assert allowed_from([], Cap(0, DAY), START) is None
