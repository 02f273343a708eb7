"""Days of points, in zones whose clocks jump."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules import calendar

ZONES = [
    "Europe/Moscow", "Europe/London", "America/New_York", "America/Sao_Paulo", "Africa/Cairo",
    "Asia/Beirut", "America/Havana", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu",
]  # fmt: skip
DAYS = st.dates(date(2005, 1, 1), date(2037, 12, 31))


@pytest.mark.parametrize(
    ("zone", "day", "starts"),
    [
        ("Europe/Moscow", date(2024, 3, 1), datetime(2024, 2, 29, 21, tzinfo=UTC)),
        # London loses an hour on the last Sunday of March: the day is 23 hours long.
        ("Europe/London", date(2024, 3, 31), datetime(2024, 3, 31, 0, tzinfo=UTC)),
        ("Europe/London", date(2024, 4, 1), datetime(2024, 3, 31, 23, tzinfo=UTC)),
        # Beirut jumps from 24:00 to 01:00: there is no midnight, the day starts at the jump.
        ("Asia/Beirut", date(2024, 3, 31), datetime(2024, 3, 30, 22, tzinfo=UTC)),
        # Havana's clock goes back from 01:00 to 00:00: midnight comes twice, the first counts.
        ("America/Havana", date(2024, 11, 3), datetime(2024, 11, 3, 4, tzinfo=UTC)),
    ],
)
def test_a_day_starts_with_its_first_instant(zone: str, day: date, starts: datetime) -> None:
    assert calendar.day_starts(day, zone=zone) == starts


@given(DAYS, st.sampled_from(ZONES))
def test_a_day_ends_where_the_next_begins(day: date, zone: str) -> None:
    ends = calendar.day_ends(day, zone=zone)

    assert calendar.local_day(ends - timedelta(microseconds=1), zone=zone) <= day
    assert calendar.local_day(ends, zone=zone) > day


@given(DAYS, st.sampled_from(ZONES), st.integers(0, 60), st.integers(1, 800))
def test_points_live_to_the_end_of_their_last_day(
    earned: date, zone: str, activation: int, expiry: int
) -> None:
    life = calendar.life_of(earned, activation_days=activation, expiry_days=expiry, zone=zone)

    assert life.expires_at == calendar.day_ends(
        earned + timedelta(days=activation + expiry), zone=zone
    )
    assert life.active_from < life.expires_at


def test_points_without_a_term_never_burn() -> None:
    life = calendar.life_of(date(2024, 3, 1), activation_days=3, expiry_days=None, zone="UTC")

    assert life == calendar.Life(datetime(2024, 3, 4, tzinfo=UTC), None)


def test_utc_instants_carry_no_local_zone() -> None:
    assert calendar.day_starts(date(2024, 7, 1), zone="Europe/London").tzinfo is UTC
    assert ZoneInfo("Europe/London").utcoffset(datetime(2024, 7, 1)) == timedelta(hours=1)  # noqa: DTZ001
