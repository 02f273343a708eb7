"""When a person may not be disturbed, in the person's own time zone.

The window is read on the wall clock, so it follows daylight saving. Where its end falls into the
hour that a zone skips, quiet ends with the skip; where the hour comes twice, at the next pass.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Quiet from `start` (inclusive) to `end` (exclusive); equal ends mean no quiet hours."""

    start: time
    end: time

    def holds(self, moment: time) -> bool:
        """Whether the wall clock is inside."""
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


def is_quiet(at: datetime, zone: str, window: Window) -> bool:
    """Whether `at` is quiet for somebody in `zone` (an IANA name)."""
    return window.holds(_local(at, _zone(zone)).time())


def allowed_from(at: datetime, zone: str, window: Window) -> datetime:
    """`at` itself when it is allowed, else the instant in UTC at which quiet ends."""
    place = _zone(zone)
    local = _local(at, place)
    if not window.holds(local.time()):
        return at
    days = (local.date() + DAY * days for days in (0, 1, 2))
    ends = (end for day in days for end in _instants(day, window.end, place))
    return next(end for end in ends if end > at and not is_quiet(end, zone, window))


def deferral(
    at: datetime, zone: str, window: Window, expires_at: datetime | None
) -> datetime | None:
    """When the message may go; None when it would be too late to be of use by then."""
    due_at = allowed_from(at, zone, window)
    return None if expires_at is not None and due_at >= expires_at else due_at


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _local(at: datetime, place: ZoneInfo) -> datetime:
    return at.astimezone(place)


def _instants(day: date, moment: time, place: ZoneInfo) -> list[datetime]:
    """The passes of a wall-clock time: two where it repeats; where it is skipped, the end of the gap."""
    wall = datetime.combine(day, moment, place)
    first, second = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    if second < first:
        return [_end_of_gap(second, first, place)]
    return sorted({first, second})


def _end_of_gap(before: datetime, after: datetime, place: ZoneInfo) -> datetime:
    """The transition between two instants, to the second."""
    old = before.astimezone(place).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(place).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
