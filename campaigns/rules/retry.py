"""When a message that was surely not accepted is tried again: full-jitter exponential backoff."""

from datetime import datetime, timedelta

BASE_SECONDS = 30.0
MAX_RETRIES = 6


def delay_seconds(retry: int, jitter: float) -> float:
    """Seconds before the retry number `retry` (from 1); `jitter` is uniform in [0, 1)."""
    return jitter * BASE_SECONDS * 2.0 ** (retry - 1)


def next_attempt_at(
    *,
    attempts: int,
    at: datetime,
    expires_at: datetime | None,
    jitter: float,
    retry_after: float | None = None,
) -> datetime | None:
    """When to try again after `attempts` made; None when out of retries or of useful time.

    A provider's Retry-After is a lower bound: it is never undercut.
    """
    if attempts > MAX_RETRIES:
        return None
    seconds = max(retry_after or 0.0, delay_seconds(attempts, jitter))
    due_at = at + timedelta(seconds=min(seconds, timedelta(days=365).total_seconds()))
    if expires_at is not None and due_at >= expires_at:
        return None
    return due_at
