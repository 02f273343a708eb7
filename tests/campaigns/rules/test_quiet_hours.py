"""Quiet hours on every wall clock of the world, through every change of the clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.quiet_hours import (
    Window,
    allowed_from,
    deferral,
    is_quiet,
)

NIGHT = Window(time(22), time(8))
WINDOWS = [
    NIGHT,
    Window(time(21), time(9)),
    Window(time(0), time(0)),
    Window(time(23, 30), time(0, 30)),
]
ZONES = sorted(available_timezones())
START = datetime(2025, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=15)
DAY = timedelta(days=1)


def changes(zone: str) -> list[datetime]:
    """The days before each change of the zone's clock from 2025 to 2032."""
    place = ZoneInfo(zone)
    days = [START + DAY * i for i in range(8 * 365 + 2)]
    offsets = [at.astimezone(place).utcoffset() for at in days]
    return [at for at, old, new in zip(days, offsets, offsets[1:], strict=False) if old != new]


def broken(zone: str, window: Window, around: datetime) -> list[datetime]:
    """The instants near a change whose deferral is quiet, early, or over a day away."""
    moments = [around - STEP * 48 + STEP * i for i in range(240)]
    found = [(at, allowed_from(at, zone, window)) for at in moments]
    return [
        at
        for at, due_at in found
        if is_quiet(due_at, zone, window) or not timedelta(0) <= due_at - at <= DAY
    ]


def distinct_changes() -> list[tuple[str, datetime]]:
    """One zone for each set of rules: names that share every change are tried once."""
    rules: dict[tuple[object, ...], tuple[str, list[datetime]]] = {}
    for zone in ZONES:
        days = changes(zone)
        offsets = tuple(at.astimezone(ZoneInfo(zone)).utcoffset() for at in days)
        rules.setdefault((*days, *offsets), (zone, days))
    return [(zone, day) for zone, days in rules.values() for day in days]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_a_deferral_is_allowed_and_within_a_day_at_every_change_of_the_clocks(
    window: Window,
) -> None:
    cases = distinct_changes()

    assert len(cases) > 100
    assert [case for case in cases if broken(case[0], window, case[1])] == []


@given(
    st.sampled_from(ZONES),
    st.sampled_from(WINDOWS),
    st.integers(0, 8 * 365 * 1440).map(lambda minutes: START + timedelta(minutes=minutes)),
)
def test_a_deferral_is_allowed_and_within_a_day_in_every_zone(
    zone: str, window: Window, at: datetime
) -> None:
    due_at = allowed_from(at, zone, window)

    assert not is_quiet(due_at, zone, window)
    assert timedelta(0) <= due_at - at <= DAY


@pytest.mark.parametrize(
    ("zone", "at", "window", "expected"),
    [
        ("Europe/Moscow", "2026-05-01T20:00", NIGHT, "2026-05-02T05:00"),
        ("Europe/Moscow", "2026-05-01T10:00", NIGHT, "2026-05-01T10:00"),
        ("Asia/Kolkata", "2026-05-01T17:00", NIGHT, "2026-05-02T02:30"),
        # 02:30 does not exist that night: quiet ends when the clock skips to 03:00.
        ("Europe/Berlin", "2027-03-28T00:00", Window(time(22), time(2, 30)), "2027-03-28T01:00"),
        # 02:30 comes twice: the first pass ends it.
        ("Europe/Berlin", "2027-10-30T23:00", Window(time(22), time(2, 30)), "2027-10-31T00:30"),
        # Midnight itself is skipped in Beirut.
        ("Asia/Beirut", "2027-03-27T21:45", Window(time(23, 30), time(0, 30)), "2027-03-27T22:00"),
    ],
)
def test_when_quiet_ends(zone: str, at: str, window: Window, expected: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)

    assert allowed_from(moment, zone, window) == datetime.fromisoformat(expected).replace(
        tzinfo=UTC
    )


def test_equal_ends_mean_no_quiet_hours() -> None:
    assert not is_quiet(datetime(2026, 5, 1, tzinfo=UTC), "UTC", Window(time(0), time(0)))


def test_a_deferral_past_the_useful_time_is_refused() -> None:
    at = datetime(2026, 5, 1, 23, tzinfo=UTC)

    assert deferral(at, "UTC", NIGHT, at + timedelta(hours=9)) is None
    assert deferral(at, "UTC", NIGHT, at + timedelta(hours=10)) == at + timedelta(hours=9)
