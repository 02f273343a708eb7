"""The clock of a run: it hurries while the run goes on, and never ahead of us afterwards."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.run_clock import RunClock

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OLD = RunClock(NOW, NOW - 60 * DAY, 3600, NOW + MINUTE)
seconds = st.integers(0, 10**7).map(lambda s: timedelta(seconds=s))


def test_an_hour_passes_in_a_second_while_it_runs() -> None:
    assert OLD.business(NOW + MINUTE) == NOW - 60 * DAY + timedelta(hours=60)


def test_after_its_end_it_goes_on_until_it_has_caught_up() -> None:
    assert OLD.business(NOW + 2 * MINUTE) == NOW - 60 * DAY + timedelta(hours=120)
    assert OLD.business(NOW + DAY) == NOW + DAY


def test_one_that_ended_ahead_of_us_stands_until_we_are_there() -> None:
    clock = RunClock(NOW, NOW, 3600, NOW + MINUTE)

    assert clock.business(NOW + DAY) == NOW + timedelta(hours=60)
    assert clock.business(NOW + 3 * DAY) == NOW + 3 * DAY


def test_without_an_end_it_runs_on() -> None:
    assert RunClock(NOW, NOW, 3600).business(NOW + DAY) == NOW + 3600 * DAY


def test_a_clock_that_does_not_hurry_keeps_its_distance() -> None:
    clock = RunClock(NOW, NOW - 60 * DAY, 1, NOW + MINUTE)

    assert clock.business(NOW + 90 * DAY) == NOW + 30 * DAY


@given(
    back=seconds, lasted=seconds, first=seconds, later=seconds, speed=st.sampled_from([1, 60, 3600])
)
def test_it_never_goes_back_and_outruns_us_no_further_than_at_its_end(
    back: timedelta, lasted: timedelta, first: timedelta, later: timedelta, speed: int
) -> None:
    clock = RunClock(NOW, NOW - back, speed, NOW + lasted)
    after = NOW + lasted + later

    assert clock.business(NOW + min(first, lasted + later)) <= clock.business(after)
    assert clock.business(after) <= max(after, clock.business(NOW + lasted))
