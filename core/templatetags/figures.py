"""Filters that write numbers and dates in the reader's language; see core.wording.formats."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils.translation import get_language

from core import clock
from core.wording import calendars, formats
from core.wording.formats import Number

register = template.Library()
EMPTY = "—"


def _language() -> str:
    return get_language() or "en"


def _day_of(value: date | datetime, zone: str) -> date:
    """A day as it is; of an instant, the day it was in the zone."""
    return clock.local_day(value, zone) if isinstance(value, datetime) else value


def _today(zone: str) -> date:
    return clock.local_day(clock.now(), zone)


@register.filter
def count(value: Number | None) -> str:
    """{{ 12480|count }}."""
    return EMPTY if value is None else formats.count(value, _language())


@register.filter
def number(value: Number | None, digits: int = 2) -> str:
    """{{ 0.89|number:2 }}."""
    return EMPTY if value is None else formats.number(value, _language(), digits=digits)


@register.filter
def signed(value: Number | None) -> str:
    """{{ 186|signed }} is +186."""
    return EMPTY if value is None else formats.signed(value, _language())


@register.filter
def percent(value: Number | None, digits: int = 1) -> str:
    """{{ 0.073|percent }} is 7,3 %."""
    return EMPTY if value is None else formats.percent(value, _language(), digits=digits)


@register.filter
def percent_of(value: Number, digits: int = 0) -> str:
    """{{ 7.5|percent_of:2 }} is 7,5 %: of a hundred already, without zeros that say nothing."""
    return formats.percent_of(value, _language(), digits=digits)


@register.filter
def share(part: Number | None, whole: Number | None) -> str:
    """{{ read|share:sent }} is the part as a percent; a dash when the whole is 0."""
    return EMPTY if part is None or not whole else percent(float(part) / float(whole))


@register.filter
def money(value: int | None, currency: str) -> str:
    """{{ minor|money:workspace.currency }}, exact."""
    return EMPTY if value is None else formats.money(value, currency, _language())


@register.filter
def money_round(value: int | None, currency: str) -> str:
    """Money without cents."""
    return EMPTY if value is None else formats.money(value, currency, _language(), digits=0)


@register.filter
def money_short(value: int | None, currency: str) -> str:
    """18,9 млн ₽."""
    if value is None:
        return EMPTY
    return formats.as_text(formats.money_scaled(value, currency, _language()))


@register.filter
def price(value: int | None, currency: str) -> str:
    """{{ micros|price:workspace.currency }}: millionths of a unit."""
    return EMPTY if value is None else formats.price(value, currency, _language())


@register.filter
def day(value: date | datetime | None, zone: str = "UTC") -> str:
    """{{ at|day:workspace.timezone }} is 21 ноября, with the year when it is not this one."""
    if value is None:
        return EMPTY
    return calendars.day(_day_of(value, zone), _language(), today=_today(zone))


@register.filter
def day_short(value: date | datetime | None, zone: str = "UTC") -> str:
    """21 ноя."""
    if value is None:
        return EMPTY
    return calendars.day_short(_day_of(value, zone), _language(), today=_today(zone))


@register.filter
def month(value: date | None) -> str:
    """ноябрь 2026."""
    return EMPTY if value is None else calendars.month(value, _language())


@register.filter
def ago(value: date | datetime | None, zone: str = "UTC") -> str:
    """сегодня, 3 дня назад, 9 ноября."""
    if value is None:
        return EMPTY
    return calendars.ago(_day_of(value, zone), _language(), today=_today(zone))


@register.filter
def moment(value: datetime | None, zone: str = "UTC") -> str:
    """{{ at|moment:workspace.timezone }} is сегодня в 14:20 or 9 ноября, 18:37."""
    if value is None:
        return EMPTY
    return calendars.moment(value, _language(), zone=zone, today=_today(zone))


@register.filter
def clock_time(value: datetime | None, zone: str = "UTC") -> str:
    """14:20."""
    return EMPTY if value is None else calendars.clock(value, zone)


@register.filter
def seconds(value: float | None) -> str:
    """26 с, 4 мин."""
    return EMPTY if value is None else calendars.duration(value, _language())


@register.filter
def glue(value: Any) -> str:
    """No-break spaces where a line must not break."""
    return calendars.glue(str(value))


@register.filter
def minus(value: Number | None) -> str:
    """{{ 968|minus }} is −968."""
    return EMPTY if value is None else formats.count(-value, _language())
