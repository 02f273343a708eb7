"""The names of months as shops' programs write them, in the languages we have met."""

import re

# By month, from January; a name may also be cut to its first three letters where that is written.
_NAMES = (
    "january jan января январь янв januar jänner janvier janv enero ene janeiro gennaio gen",
    "february feb февраля февраль фев февр februar février févr fév febrero fevereiro fev febbraio",
    "march mar марта март мар märz mär mrz mars marzo março",
    "april apr апреля апрель апр avril avr abril abr aprile",
    "may мая май mai mayo maio maggio mag",
    "june jun июня июнь июн juni juin junio junho giugno giu",
    "july jul июля июль июл juli juillet juil julio julho luglio lug",
    "august aug августа август авг août agosto ago",
    "september sep sept сентября сентябрь сен сент septembre septiembre setembro set settembre",
    "october oct октября октябрь окт oktober okt octobre octubre outubro out ottobre ott",
    "november nov ноября ноябрь ноя нояб novembre noviembre novembro",
    "december dec декабря декабрь дек dezember dez décembre déc diciembre dic dezembro dicembre",
)
NUMBERS = {name: at for at, names in enumerate(_NAMES, start=1) for name in names.split()}
# What stands beside a date without saying anything of it.
_BESIDE = (
    "г год года of the de del mon tue wed thu fri sat sun tues thur thurs monday tuesday wednesday"
    " thursday friday saturday sunday пн вт ср чт пт сб вс"
)
_SILENT = frozenset(_BESIDE.split())
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
SHORT, FULL = 2, 4


def split(text: str) -> tuple[str, int, str] | None:
    """(year, month, day) of a date with its month in words; None where it is not just that."""
    words = [word for word in _WORDS.findall(text.lower()) if word not in _SILENT | _ORDINALS]
    months = [NUMBERS[word] for word in words if word in NUMBERS]
    digits = [word for word in words if word.isascii() and word.isdigit()]
    if len(words) != len(months) + len(digits) or (len(months), len(digits)) != (1, 2):
        return None
    first, last = digits
    if len(first) == FULL:
        return first, months[0], last
    return last, months[0], first
