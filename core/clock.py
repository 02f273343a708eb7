"""The business clock: doors ask it for the time and pass `at=` down; domain code never asks."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return timezone.now()


def local_day(at: datetime, zone: str) -> date:
    """The calendar day of an instant in an IANA zone."""
    return at.astimezone(ZoneInfo(zone)).date()
