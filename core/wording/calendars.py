"""Days, months and hours as a reader of a language writes them; relative within a week."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.wording.formats import NBSP, language_of

MONTHS = {
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "en": "January February March April May June July August September October November December",
}
MONTHS_ALONE = {
    "ru": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "en": MONTHS["en"],
}
MONTHS_SHORT = {
    "ru": "янв фев мар апр май июн июл авг сен окт ноя дек",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}
WEEKDAYS = {
    "ru": "понедельник вторник среда четверг пятница суббота воскресенье",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}
# Beyond these days a date says more than a distance.
WEEK = 6
# From five on Russian counts дней, not дня.
MANY = 5
MINUTE = HOUR = 60
NEAR = {
    "ru": {0: "сегодня", -1: "вчера", 1: "завтра"},
    "en": {0: "today", -1: "yesterday", 1: "tomorrow"},
}


def _word(table: dict[str, str], language: str, index: int) -> str:
    return table[language_of(language)].split()[index]


def day(on: date, language: str, *, today: date | None = None) -> str:
    """21 ноября; with the year unless it is today's."""
    text = f"{on.day}{NBSP}{_word(MONTHS, language, on.month - 1)}"
    return text if today and on.year == today.year else f"{text}{NBSP}{on.year}"


def day_short(on: date, language: str, *, today: date | None = None) -> str:
    """21 ноя; with the year unless it is today's."""
    text = f"{on.day}{NBSP}{_word(MONTHS_SHORT, language, on.month - 1)}"
    return text if today and on.year == today.year else f"{text}{NBSP}{on.year}"


def weekday(on: date, language: str) -> str:
    """суббота."""
    return _word(WEEKDAYS, language, on.weekday())


def month(on: date, language: str, *, today: date | None = None) -> str:
    """ноябрь, or ноябрь 2025 in another year than today's."""
    text = _word(MONTHS_ALONE, language, on.month - 1)
    return text if today and on.year == today.year else f"{text}{NBSP}{on.year}"


def month_alone(on: date, language: str) -> str:
    """ноябрь, whatever its year."""
    return _word(MONTHS_ALONE, language, on.month - 1)


def month_short(on: date, language: str) -> str:
    """ноя."""
    return _word(MONTHS_SHORT, language, on.month - 1)


def ago(on: date, language: str, *, today: date) -> str:
    """сегодня, вчера, 3 дня назад, через 2 дня; a date when further than six days."""
    distance = (on - today).days
    near = NEAR[language_of(language)].get(distance)
    if near:
        return near
    if abs(distance) > WEEK:
        return day(on, language, today=today)
    days = f"{abs(distance)}{NBSP}{_days(abs(distance), language)}"
    if language_of(language) == "ru":
        return f"{days}{NBSP}назад" if distance < 0 else f"через{NBSP}{days}"
    return f"{days}{NBSP}ago" if distance < 0 else f"in{NBSP}{days}"


def _days(number: int, language: str) -> str:
    """The plural for 2 to 6 days."""
    if language_of(language) == "en":
        return "days"
    return "дня" if number < MANY else "дней"


def clock(at: datetime, zone: str) -> str:
    """14:20 in a zone."""
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def moment(at: datetime, language: str, *, zone: str, today: date) -> str:
    """сегодня в 14:20, вчера в 09:05, 21 ноября, 10:00."""
    on = at.astimezone(ZoneInfo(zone)).date()
    near = NEAR[language_of(language)].get((on - today).days)
    if near:
        joint = "в" if language_of(language) == "ru" else "at"
        return f"{near} {joint}{NBSP}{clock(at, zone)}"
    return f"{day(on, language, today=today)}, {clock(at, zone)}"


def day_range(first: date, last: date, language: str, *, today: date) -> str:
    """23 октября – 21 ноября; the month once when both are in it."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(last, language, today=today)}"
    same_year = today if first.year == last.year else None
    return f"{day(first, language, today=same_year and first)} – {day(last, language, today=today)}"


def duration(seconds: float, language: str) -> str:
    """26 с, 4 мин, 2 ч 5 мин."""
    russian = language_of(language) == "ru"
    second, minute, hour = ("с", "мин", "ч") if russian else ("s", "min", "h")
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole}{NBSP}{second}"
    minutes = round(whole / MINUTE)
    if minutes < HOUR:
        return f"{minutes}{NBSP}{minute}"
    hours, rest = divmod(minutes, HOUR)
    tail = f" {rest}{NBSP}{minute}" if rest else ""
    return f"{hours}{NBSP}{hour}{tail}"


def glue(text: str) -> str:
    """No-break spaces after one- and two-letter words, before a dash, between a number and its word."""
    text = re.sub(r"(?<!\w)([^\W\d_]{1,2}) (?=\S)", rf"\1{NBSP}", text)
    text = re.sub(r"(\d) (?=[^\W_]|[₽£$€%])", rf"\1{NBSP}", text)
    return re.sub(r" (?=[—–] )", NBSP, text)
