"""Dates by the order a file declares: one for the whole file, never guessed row by row."""

import itertools
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone

from crm.rules import month_names
from crm.rules.faults import Fault

# The order of preference where several fit alike.
ORDERS = ("ymd", "dmy", "mdy", "yymd", "words", "compact", "unix", "excel")
# The two that only the days above the twelfth tell apart.
ALIKE = ("dmy", "mdy")
# What is guessed by how a column looks, not by what its cells say.
DOUBTFUL = ("yymd", "excel")
EARLIEST, LATEST = 1970, 2200
# What a spreadsheet shows for an empty date; nobody alive was born before it.
NOBODY_YET = date(1900, 1, 1)
SHORT, FULL = 2, 4
# Two digits below this are of this century.
TURN = 70
NOON = 12
# Days since 1900 look like any number: believed only where the whole column looks like them.
MOSTLY = 0.95
_CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*([AaPp]\.?[Mm]\.?)?"
_ZONE = r"\s*(Z|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?|UTC|GMT)?(?:\s*\([^()\d]*\))?\Z"
_PARTS = re.compile(
    r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})"
    r"(?:\s*г(?:ода|\.)?(?=[\s,]|\Z))?"
    r"(?:(?:\s*[T,]\s*|\s+)" + _CLOCK + r")?" + _ZONE
)
_WORDS = re.compile(
    r"(.*?\d.*?)(?:(?:\s*[T,]\s*|\s+)(?:at\s+|в\s+)?" + _CLOCK + _ZONE.replace("\\Z", "") + r")?\Z"
)
# `Fri Jan  5 10:00:00 UTC 2024`, as clocks of computers say it.
_YEAR_LAST = re.compile(r"(.*?\d)\s+(\d{1,2}:\d{2}(?::\d{2})?(?:\s+\S+)?)\s+(\d{4})\Z")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}:[0-9]{2})?\Z")
_DAY = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})(?!\d)")
_SHORT_YEARS = re.compile(r"(\d{2})[/-]\d{1,2}[/-](\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2}):?(\d{2}):?(\d{2})?)?(Z|UTC)?\Z")
# 9 or 10 digits are seconds; 12 and 13, 15 and 16, 18 and 19 their thousandths and so on.
LONGEST_SECONDS = 10
_EPOCH = re.compile(r"([0-9]{9,10}|[0-9]{12,13}|[0-9]{15,16}|[0-9]{18,19})(?:\.[0-9]+)?\Z")
# Longer ones are no days of this age, but months or times written in digits.
_SERIAL = re.compile(r"[0-9]{1,5}(?:[.,][0-9]+)?\Z")
_EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 (a wall clock, the zone is the shop's)
_UNIX_ZERO = datetime(1970, 1, 1, tzinfo=timezone(timedelta()))


def parse(value: object, order: str) -> datetime:
    """A moment: naive (the shop's wall clock) unless the cell says its zone. Codes: date."""
    if isinstance(value, datetime):
        return _bounded(value)
    if isinstance(value, date):
        return _bounded(datetime(value.year, value.month, value.day))  # noqa: DTZ001
    try:
        return _bounded(_READERS[order](str(value).strip()))
    except (ValueError, OverflowError):
        raise Fault("date") from None


def parse_day(value: object, order: str, *, today: date) -> date:
    """A birth date: between 1900 and today. Codes: date, date_in_future."""
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
    else:
        try:
            day = _READERS[order](str(value).strip()).date()
        except (ValueError, OverflowError):
            raise Fault("date") from None
    if day > today:
        raise Fault("date_in_future")
    if day <= NOBODY_YET:
        raise Fault("date")
    return day


def _bounded(moment: datetime) -> datetime:
    if not EARLIEST <= moment.year <= LATEST:
        raise Fault("date")
    return moment


def _numbers(text: str, order: str) -> datetime:
    if not (found := _PARTS.match(text)) or _foreign(text):
        raise Fault("date")
    first, second, third, *clock = found.groups()
    return _at(_in_order(first, second, third, order), clock)


def _words(text: str) -> datetime:
    """`5 марта 2023 г., 14:30`, `Mar 5, 2023 2:30 PM`, `Sun, 05-Mar-23`."""
    told = _YEAR_LAST.match(text)
    found = _WORDS.match("{0} {2} {1}".format(*told.groups()) if told else text)
    if not found or _foreign(text) or not (named := month_names.split(found.group(1))):
        raise Fault("date")
    year, month, day = named
    return _at((_year(year), month, int(day)), found.groups()[1:])


def _foreign(text: str) -> bool:
    """Whether there are digits of another script in it."""
    return not text.isascii() and any(sign.isdigit() and not sign.isascii() for sign in text)


def _at(day: tuple[int, int, int], clock: Sequence[str | None]) -> datetime:
    """A day with its (hours, minutes, seconds, half of the day, zone), where they are written."""
    hours, minutes, seconds, half, zone = clock
    hour = _hour(int(hours or 0), (half or "").replace(".", "").lower())
    return datetime(*day, hour, int(minutes or 0), int(seconds or 0), tzinfo=_zone(zone))


def _in_order(first: str, second: str, third: str, order: str) -> tuple[int, int, int]:
    if order == "ymd":
        return _year(first, only_full=True), int(second), int(third)
    if order == "yymd":
        return _year(first, only_short=True), int(second), int(third)
    if len(first) > SHORT:
        raise Fault("date")
    day, month = (first, second) if order == "dmy" else (second, first)
    return _year(third), int(month), int(day)


def _year(text: str, *, only_full: bool = False, only_short: bool = False) -> int:
    if len(text) == FULL and not only_short:
        return int(text)
    if len(text) != SHORT or only_full:
        raise Fault("date")
    return int(text) + (2000 if int(text) < TURN else 1900)


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    if not 1 <= hour <= NOON:
        raise Fault("date")
    return hour % NOON + (NOON if half == "pm" else 0)


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    text = text.removeprefix("UTC").removeprefix("GMT")
    if text in {"Z", ""}:
        return timezone(timedelta())
    minutes = int(text[1:3]) * 60 + int(text[3:].removeprefix(":") or 0)
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))


def _compact(text: str) -> datetime:
    if not text.isascii() or not (found := _COMPACT.match(text)):
        raise Fault("date")
    *digits, zone = found.groups()
    moment = datetime(*(int(part) for part in digits if part is not None))  # type: ignore[arg-type]  # noqa: DTZ001
    return moment.replace(tzinfo=_zone(zone))


def _unix(text: str) -> datetime:
    """Seconds since 1970, or thousandths, millionths, milliardths of them, by their digits."""
    if not (found := _EPOCH.match(text)):
        raise Fault("date")
    whole = found.group(1)
    power = max(0, len(whole) - LONGEST_SECONDS + 2) // 3
    return _UNIX_ZERO + timedelta(seconds=int(whole) // 1000**power)


def _excel(text: str) -> datetime:
    """Days since 1900 as spreadsheets count them; a comma may part the time of the day."""
    if not _SERIAL.match(text):
        raise Fault("date")
    return _EXCEL_ZERO + timedelta(seconds=round(float(text.replace(",", ".")) * 86400))


_READERS = {
    "ymd": lambda text: datetime.fromisoformat(text) if _ISO.match(text) else _numbers(text, "ymd"),
    "dmy": lambda text: _numbers(text, "dmy"),
    "mdy": lambda text: _numbers(text, "mdy"),
    "yymd": lambda text: _numbers(text, "yymd"),
    "words": _words,
    "compact": _compact,
    "unix": _unix,
    "excel": _excel,
}


def fitting(samples: Sequence[str], among: Sequence[str] = ORDERS) -> list[str]:
    """The orders that read most of the samples, best first; several when they cannot be told."""
    counts = {order: sum(_fits(sample, order) for sample in samples) for order in among}
    if counts.get("excel", 0) < MOSTLY * len(samples):
        counts["excel"] = 0
    for order in ALIKE if _begin_with_years(samples) else ("yymd",):
        counts[order] = 0
    best = max(counts.values(), default=0)
    return [order for order in among if counts[order] == best and best > 0]


def _fits(sample: str, order: str) -> bool:
    try:
        parse(sample, order)
    except Fault:
        return False
    return True


def day_of(text: str) -> str:
    """A date without its clock, where digits write it; of a year of orders few are left."""
    found = _DAY.match(text)
    return found[0] if found else text


def are_dotted(samples: Sequence[str]) -> bool:
    """With dots between, nobody writes the month first."""
    dotted = sum(bool(re.match(r"\d{1,2}\.\d", sample)) for sample in samples)
    return dotted > MOSTLY * len(samples)


def have_halves(samples: Sequence[str]) -> bool:
    """Clocks of twelve hours, as they are used where the month goes first."""
    return any(re.search(r"\d\s*[ap]\.?m\.?\Z", sample, re.IGNORECASE) for sample in samples)


def _begin_with_years(samples: Sequence[str]) -> bool:
    """Of 23-03-05 the part that changes less is the year; with dots it never goes first."""
    parts = [found.groups() for one in samples if (found := _SHORT_YEARS.match(one))]
    if len(parts) < MOSTLY * len(samples):
        return False
    return len({first for first, _ in parts}) < len({last for _, last in parts})


def first_read(samples: Sequence[str], order: str) -> str:
    """The first of the samples that the order reads."""
    return next((one for one in samples if _fits(one, order)), "")


def read_either_way(samples: Sequence[str]) -> str:
    """A day that is another one with the month first; nothing where there is none."""
    told = (one for one in samples if _fits(one, "dmy") and _fits(one, "mdy"))
    return next((one for one in told if parse(one, "dmy") != parse(one, "mdy")), "")


def fewest_steps_back(samples: Iterable[str], orders: Sequence[str]) -> str:
    """Of orders that all fit, the one that makes the file run backwards least often."""
    rows = list(samples)

    def steps_back(order: str) -> int:
        moments = [parse(row, order).replace(tzinfo=None) for row in rows if _fits(row, order)]
        return sum(later < earlier for earlier, later in itertools.pairwise(moments))

    return min(orders, key=steps_back)
