"""Dates by the order a file declares: one for the whole file, never guessed row by row."""

import itertools
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone

from crm.rules.faults import Fault

ORDERS = ("ymd", "dmy", "mdy", "compact", "unix", "excel")
# Days since 1900 look like any number: they are never guessed, only declared.
GUESSED = ("ymd", "dmy", "mdy", "compact", "unix")
EARLIEST, LATEST = 1970, 2200
# What a spreadsheet shows for an empty date; nobody alive was born before it.
NOBODY_YET = date(1900, 1, 1)
SHORT, FULL = 2, 4
# Two digits below this are of this century.
TURN = 70
NOON = 12
_PARTS = re.compile(
    r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})"
    r"(?:(?:\s*[T,]\s*|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*([AaPp]\.?[Mm]\.?)?)?"
    r"\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?\Z"
)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}:[0-9]{2})?\Z")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2}):?(\d{2}):?(\d{2})?)?\Z")
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
    if not text.isascii() or not (found := _PARTS.match(text)):
        raise Fault("date")
    year, month, day = _in_order(found.group(1), found.group(2), found.group(3), order)
    hour = _hour(int(found.group(4) or 0), (found.group(7) or "").replace(".", "").lower())
    return datetime(
        year, month, day, hour, int(found.group(5) or 0), int(found.group(6) or 0),
        tzinfo=_zone(found.group(8)),
    )  # fmt: skip


def _in_order(first: str, second: str, third: str, order: str) -> tuple[int, int, int]:
    if order == "ymd":
        return _year(first, only_full=True), int(second), int(third)
    if len(first) > SHORT:
        raise Fault("date")
    day, month = (first, second) if order == "dmy" else (second, first)
    return _year(third), int(month), int(day)


def _year(text: str, *, only_full: bool = False) -> int:
    if len(text) == FULL:
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
    if text in {"Z", "UTC"}:
        return timezone(timedelta())
    minutes = int(text[1:3]) * 60 + int(text[3:].removeprefix(":") or 0)
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))


def _compact(text: str) -> datetime:
    if not text.isascii() or not (found := _COMPACT.match(text)):
        raise Fault("date")
    return datetime(*(int(part) for part in found.groups() if part is not None))  # type: ignore[arg-type]  # noqa: DTZ001


def _unix(text: str) -> datetime:
    if not re.fullmatch(r"[0-9]{9,10}(?:\.[0-9]+)?", text):
        raise Fault("date")
    return _UNIX_ZERO + timedelta(seconds=int(float(text)))


def _excel(text: str) -> datetime:
    if not re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]+)?", text):
        raise Fault("date")
    return _EXCEL_ZERO + timedelta(seconds=round(float(text) * 86400))


_READERS = {
    "ymd": lambda text: datetime.fromisoformat(text) if _ISO.match(text) else _numbers(text, "ymd"),
    "dmy": lambda text: _numbers(text, "dmy"),
    "mdy": lambda text: _numbers(text, "mdy"),
    "compact": _compact,
    "unix": _unix,
    "excel": _excel,
}


def fitting(samples: Sequence[str], among: Sequence[str] = GUESSED) -> list[str]:
    """The orders that read most of the samples, best first; several when they cannot be told."""
    counts = {order: sum(_fits(sample, order) for sample in samples) for order in among}
    best = max(counts.values(), default=0)
    return [order for order in among if counts[order] == best and best > 0]


def _fits(sample: str, order: str) -> bool:
    try:
        parse(sample, order)
    except Fault:
        return False
    return True


def fewest_steps_back(samples: Iterable[str], orders: Sequence[str]) -> str:
    """Of orders that all fit, the one that makes the file run backwards least often."""
    rows = list(samples)

    def steps_back(order: str) -> int:
        moments = [parse(row, order).replace(tzinfo=None) for row in rows if _fits(row, order)]
        return sum(later < earlier for earlier, later in itertools.pairwise(moments))

    return min(orders, key=steps_back)
