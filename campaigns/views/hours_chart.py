"""Clicks by hour as a chart: the run's first two days, stacked by channel."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext

from campaigns.models import Run
from campaigns.selectors.hours import HourCount
from campaigns.views import words
from core.ui import charts
from core.wording import calendars, formats

TONES = {"email": "--c1", "sms": "--c3"}
LONGEST = 48
SHORTEST = 12


def chart_of(counts: Sequence[HourCount], run: Run, zone: str) -> charts.Chart:
    """Hours from the run's start; clicks later than the chart ends are named in the summary."""
    local = ZoneInfo(zone)
    start = run.business_start.astimezone(local).replace(minute=0, second=0, microsecond=0)
    hours = _hours(counts, start)
    labels = [_label(start + timedelta(hours=number), number) for number in range(hours)]
    kinds = list(dict.fromkeys(step.channel_kind for step in run.steps.all()))
    series = [
        charts.Series(words.channel(kind), _values(counts, kind, start, hours), TONES[kind])
        for kind in kinds
    ]
    return charts.Chart(
        charts.stacked_bars(labels, series) if counts else {},
        _table(labels, series),
        _summary(counts, start, hours),
    )


def _hours(counts: Sequence[HourCount], start: datetime) -> int:
    last = max((one.hour for one in counts), default=start)
    return max(SHORTEST, min(LONGEST, int((last - start).total_seconds() // 3_600) + 1))


def _label(hour: datetime, number: int) -> str:
    """The time; midnight is named by the new day."""
    if number and hour.hour == 0:
        return calendars.day_short(hour.date(), _language(), today=hour.date())
    return f"{hour:%H:%M}"


def _language() -> str:
    return get_language() or "en"


def _values(
    counts: Sequence[HourCount], kind: str, start: datetime, hours: int
) -> list[float | None]:
    values = [0.0] * hours
    for one in counts:
        at = int((one.hour - start).total_seconds() // 3_600)
        if one.kind == kind and 0 <= at < hours:
            values[at] += one.clicks
    return list(values)


def _table(labels: Sequence[str], series: Sequence[charts.Series]) -> charts.Table:
    rows = [
        [
            label.replace("\n", ", "),
            *(formats.count(s.values[at] or 0, _language()) for s in series),
        ]
        for at, label in enumerate(labels)
    ]
    return charts.Table([gettext("Hour"), *(one.name for one in series)], rows)


def _summary(counts: Sequence[HourCount], start: datetime, hours: int) -> str:
    end = start + timedelta(hours=hours)
    shown = sum(one.clicks for one in counts if one.hour < end)
    return gettext("first %(hours)s hours: %(shown)s of %(total)s") % {
        "hours": formats.count(hours, _language()),
        "shown": formats.count(shown, _language()),
        "total": formats.count(sum(one.clicks for one in counts), _language()),
    }
