"""Backoff of what was surely not accepted."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.retry import MAX_RETRIES, delay_seconds, next_attempt_at

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
JITTER = st.floats(0, 1, exclude_max=True)


def test_the_ceiling_doubles_from_thirty_seconds() -> None:
    ceilings = [delay_seconds(retry, 1.0) for retry in range(1, 7)]

    assert ceilings == [30, 60, 120, 240, 480, 960]


def test_after_six_retries_it_gives_up() -> None:
    last = next_attempt_at(attempts=MAX_RETRIES, at=NOW, expires_at=None, jitter=0.5)
    over = next_attempt_at(attempts=MAX_RETRIES + 1, at=NOW, expires_at=None, jitter=0.5)

    assert last is not None
    assert over is None


@given(st.integers(1, MAX_RETRIES), JITTER, st.floats(0, 3600))
def test_a_retry_after_is_never_undercut(attempts: int, jitter: float, wait: float) -> None:
    due_at = next_attempt_at(
        attempts=attempts, at=NOW, expires_at=None, jitter=jitter, retry_after=wait
    )

    assert due_at is not None
    assert due_at >= NOW + timedelta(seconds=wait)


def test_a_retry_after_the_useful_time_is_not_made() -> None:
    expires_at = NOW + timedelta(minutes=2)

    assert (
        next_attempt_at(attempts=1, at=NOW, expires_at=expires_at, jitter=0.1, retry_after=120)
        is None
    )
    assert (
        next_attempt_at(attempts=1, at=NOW, expires_at=expires_at, jitter=0.1, retry_after=119)
        is not None
    )


def test_an_absurd_retry_after_does_not_overflow() -> None:
    assert (
        next_attempt_at(attempts=1, at=NOW, expires_at=None, jitter=0.1, retry_after=1e18)
        is not None
    )
