"""Months as whole numbers since year 0, so that they can be counted with."""

from datetime import date, timedelta


def month_of(day: date) -> int:
    """The number of a day's month."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    return first_day(month + 1) - timedelta(days=1)


def label(month: int) -> str:
    """`YYYY-MM`."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"
