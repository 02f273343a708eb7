"""The clock of a run: it hurries through days that have passed, stands in a pause, and never leads."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.run_clock import RunClock

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START = NOW - 60 * DAY
OLD = RunClock(NOW, START, 3600)
seconds = st.integers(0, 10**7).map(lambda s: timedelta(seconds=s))


def test_an_hour_passes_in_a_second() -> None:
    assert OLD.business(NOW + MINUTE) == START + 60 * HOUR


def test_it_goes_as_ours_when_it_has_caught_up() -> None:
    assert OLD.business(NOW + 23 * MINUTE) == START + 23 * 60 * HOUR
    assert OLD.business(NOW + DAY) == NOW + DAY


def test_one_that_begins_now_has_nothing_to_hurry_through() -> None:
    assert RunClock(NOW, NOW, 3600).business(NOW + DAY) == NOW + DAY


def test_before_the_run_it_is_its_beginning() -> None:
    assert OLD.business(NOW - DAY) == START


def test_it_stands_while_the_run_is_paused() -> None:
    clock = RunClock(NOW, START, 3600, stands_since=NOW + MINUTE)

    assert clock.business(NOW + 10 * MINUTE) == clock.business(NOW + MINUTE) == START + 60 * HOUR


def test_it_goes_on_where_it_stood() -> None:
    clock = RunClock(NOW, START, 3600, stood_for=9 * MINUTE)

    assert clock.business(NOW + 10 * MINUTE) == START + 60 * HOUR


def test_a_clock_that_does_not_hurry_keeps_its_distance() -> None:
    assert RunClock(NOW, START).business(NOW + 90 * DAY) == NOW + 30 * DAY


@given(
    back=seconds, stood=seconds, first=seconds, later=seconds, speed=st.sampled_from([1, 60, 3600])
)
def test_it_never_goes_back_and_never_outruns_us(
    back: timedelta, stood: timedelta, first: timedelta, later: timedelta, speed: int
) -> None:
    clock = RunClock(NOW, NOW - back, speed, stood)
    at, after = NOW + first, NOW + first + later

    assert clock.business(at) <= clock.business(after) <= after
