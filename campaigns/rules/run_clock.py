"""A run's own clock: business time may start in the past and pass faster than real time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# The same as RunClock.business, for a row called `run`; {at} is a real instant. A clock that does
# not hurry has no reason to stand; LEAST passes over NULL.
_SQL = (
    "GREATEST(run.business_start, LEAST({at}, run.business_start + run.speed * (LEAST({at},"
    " CASE WHEN run.speed > 1 THEN run.paused_at END) - run.real_start - run.stood_for)))"
)


@dataclass(frozen=True, slots=True)
class RunClock:
    """business(t) = business_start + (t - real_start - stood_for) * speed, never ahead of t.

    A fast clock hurries through days that have passed; once it has caught up with us it goes as
    ours does, for nothing is done in the future. It stands while its run is paused, since
    `stands_since`; `stood_for` is how long it has stood before.
    """

    real_start: datetime
    business_start: datetime
    speed: int = 1
    stood_for: timedelta = timedelta(0)
    stands_since: datetime | None = None

    def business(self, at: datetime) -> datetime:
        """The business time of a real instant; before the run has begun it is its beginning."""
        until = min(at, self.stands_since or at)
        passed = (until - self.real_start - self.stood_for) * self.speed
        return max(self.business_start, min(self.business_start + passed, at))


def business_sql(at: str) -> str:
    """The business time of the real instant `at` (SQL) by the clock of a row called `run`."""
    return _SQL.replace("{at}", at)
