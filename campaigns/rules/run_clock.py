"""A run's own clock: business time may start in the past and pass faster than real time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_PASSED = "run.business_start + ({at} - run.real_start) * run.speed"
# The same as RunClock.business, for a row called `run`; {at} is a real instant.
_SQL = (
    "CASE WHEN run.speed > 1 AND run.finished_at < {at}"
    f" THEN GREATEST({_PASSED.format(at='run.finished_at')}, LEAST({_PASSED}, {{at}}))"
    f" ELSE {_PASSED} END"
)


@dataclass(frozen=True, slots=True)
class RunClock:
    """business(t) = business_start + (t - real_start) * speed, while the run is going on.

    A fast clock has nothing to hurry for after the run's end: what still comes in (a late reading)
    is dated by it only as long as it does not run ahead of real time.
    """

    real_start: datetime
    business_start: datetime
    speed: int = 1
    finished_at: datetime | None = None

    def business(self, at: datetime) -> datetime:
        """The business time of a real instant."""
        passed = self._passed(at)
        if self.speed == 1 or self.finished_at is None or at <= self.finished_at:
            return passed
        return max(self._passed(self.finished_at), min(passed, at))

    def _passed(self, at: datetime) -> datetime:
        return self.business_start + (at - self.real_start) * self.speed

    def real(self, business: datetime) -> datetime:
        """The real instant of a business time of the run."""
        return self.real_start + (business - self.business_start) / self.speed

    def real_wait(self, wait: timedelta) -> timedelta:
        """How long a business wait takes in real time."""
        return wait / self.speed


def business_sql(at: str) -> str:
    """The business time of the real instant `at` (SQL) by the clock of a row called `run`."""
    return _SQL.replace("{at}", at)
