"""When points become active and when they burn, in the workspace's own days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# A lot that burned before its redemption was returned lives this much longer (L11).
GRACE = timedelta(days=7)


@dataclass(frozen=True)
class Life:
    """From when points may be spent, and the instant from which they may not (None: never)."""

    active_from: datetime
    expires_at: datetime | None


def day_starts(day: date, *, zone: str) -> datetime:
    """The first instant of a local day, in UTC.

    Where the clock skips midnight that is the jump itself; where midnight comes twice, the first.
    """
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def day_ends(day: date, *, zone: str) -> datetime:
    """The first instant after a local day, in UTC: points that live to `day` burn then."""
    return day_starts(day + timedelta(days=1), zone=zone)


@lru_cache(maxsize=4_096)
def life_of(earned_on: date, *, activation_days: int, expiry_days: int | None, zone: str) -> Life:
    """The life of points earned on a local day.

    Active from the start of the day `activation_days` later; spendable for `expiry_days` days
    more, to the end of the last one.
    """
    active_on = earned_on + timedelta(days=activation_days)
    expires_at = (
        None
        if expiry_days is None
        else day_ends(active_on + timedelta(days=expiry_days), zone=zone)
    )
    return Life(active_from=day_starts(active_on, zone=zone), expires_at=expires_at)


def local_day(at: datetime, *, zone: str) -> date:
    """The calendar day of an instant in a zone."""
    return at.astimezone(ZoneInfo(zone)).date()
