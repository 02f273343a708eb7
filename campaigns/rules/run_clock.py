"""A run's own clock: business time may start in the past and pass faster than real time."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class RunClock:
    """business(t) = business_start + (t - real_start) * speed."""

    real_start: datetime
    business_start: datetime
    speed: int = 1

    def business(self, at: datetime) -> datetime:
        """The business time of a real instant."""
        return self.business_start + (at - self.real_start) * self.speed

    def real(self, business: datetime) -> datetime:
        """The real instant of a business time."""
        return self.real_start + (business - self.business_start) / self.speed

    def real_wait(self, wait: timedelta) -> timedelta:
        """How long a business wait takes in real time."""
        return wait / self.speed
