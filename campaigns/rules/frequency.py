"""How often one person may be written to: a cap over a rolling window, counted by intents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `limit` marketing messages in any `window`; None as channel means all together."""

    limit: int
    window: timedelta
    channel: str | None = None


def in_window(intents: Iterable[datetime], cap: Cap, at: datetime) -> int:
    """The intents that still count at `at`: those later than one window ago."""
    return sum(at - cap.window < intent <= at for intent in intents)


def is_allowed(intents: Iterable[datetime], cap: Cap, at: datetime) -> bool:
    """Whether one more message at `at` keeps the cap."""
    return in_window(intents, cap, at) < cap.limit


def allowed_from(intents: Iterable[datetime], cap: Cap, at: datetime) -> datetime | None:
    """The first instant from `at` on when one more is allowed; None when the cap is zero."""
    if cap.limit < 1:
        return None
    counted = sorted(intent for intent in intents if at - cap.window < intent <= at)
    if len(counted) < cap.limit:
        return at
    return counted[-cap.limit] + cap.window
