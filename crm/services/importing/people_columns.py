"""How the columns of a file of customers are read."""

from collections.abc import Callable
from datetime import date
from typing import Any

from crm.rules import dates, emails, languages, phones, signs
from crm.rules.faults import Fault
from crm.services.importing.columns import NULL, Group, escaped, is_missing
from crm.services.importing.order_columns import plain_identifier

LONGEST_NAME = 100
LONGEST_ID = 254
GENDERS = {
    "f": "f", "female": "f", "ж": "f", "жен": "f", "женский": "f", "женщина": "f",
    "m": "m", "male": "m", "м": "m", "муж": "m", "мужской": "m", "мужчина": "m",
    "u": "", "unknown": "", "не указан": "", "н/д": "",
}  # fmt: skip
YES = frozenset({"yes", "y", "true", "1", "1.0", "да", "д", "+", "t"})
NO = frozenset({"no", "n", "false", "0", "0.0", "нет", "н", "-", "f"})
WITH_PATRONYMIC = 3
Reader = Callable[..., str]


def groups(options: dict[str, Any], region: str, today: date) -> list[Group]:
    """The groups of a file of customers, in the order of the stage's columns."""
    return [
        Group(("external_id",), ("external_id",), _present(_identifier)),
        Group(("email",), ("email",), _present(emails.normalise)),
        Group(("phone",), ("phone",), _present(lambda text: phones.normalise(text, region))),
        Group(("card",), ("card",), _present(_identifier)),
        Group(("full_name", "first_name", "last_name"), ("first_name", "last_name"), _names),
        Group(("birth_date",), ("birth_date",), _birth_date(options.get("dates", "ymd"), today)),
        Group(("gender",), ("gender",), _present(_gender)),
        Group(("city",), ("city",), _words),
        Group(("country",), ("country",), _words),
        Group(("language",), ("language",), _present(_language)),
        Group(("consent_email",), ("consent_email",), _present(_answer)),
        Group(("consent_sms",), ("consent_sms",), _present(_answer)),
    ]  # fmt: skip


def _present(read: Callable[[str], str]) -> Reader:
    """A reader of cells that may be empty; an empty one changes nothing."""

    def parse(value: object) -> str:
        if value is None or value != value or not str(value).strip():  # noqa: PLR0124
            return NULL
        return escaped(read(plain_identifier(value)))

    return parse


def _words(value: object) -> str:
    """A name; one of which nothing can be seen changes nothing."""
    return _present(_word)(value) or NULL


def _identifier(text: str) -> str:
    signs.refuse_hidden(text)
    if len(text) > LONGEST_ID:
        raise Fault("too_long")
    return text


def _word(text: str) -> str:
    word = " ".join(signs.seen(text).split())
    if len(word) > LONGEST_NAME:
        raise Fault("too_long")
    return word


def _names(full: object, first: object, last: object) -> str:
    """First and last name; a full name is parted only where it gives no own columns."""
    name, family = _words(first), _words(last)
    if name == family == NULL and full is not None:
        words = _present(_full)(full)
        name, _, family = words.partition("|") if words != NULL else (NULL, "", NULL)
    return f"{name or NULL}\t{family or NULL}"


def _full(text: str) -> str:
    """`first|last`; three Russian words with a patronymic begin with the family name."""
    words = _word(text).replace("|", " ").split()
    if len(words) == WITH_PATRONYMIC and words[2].lower().endswith(("вич", "вна", "чна")):
        return f"{words[1]} {words[2]}|{words[0]}"
    return f"{words[0]}|{' '.join(words[1:])}" if words else "|"


def _birth_date(order: str, today: date) -> Reader:
    def parse(value: object) -> str:
        if is_missing(value):
            return NULL
        day = value if isinstance(value, date) else plain_identifier(value)
        return str(dates.parse_day(day, order, today=today))

    return parse


def _gender(text: str) -> str:
    try:
        return GENDERS[text.lower().rstrip(".")]
    except KeyError:
        raise Fault("gender") from None


def _language(text: str) -> str:
    code = languages.code_of(text)
    if code is None:
        raise Fault("language")
    return code


def _answer(text: str) -> str:
    word = text.lower()
    if word in YES:
        return "t"
    if word in NO:
        return "f"
    raise Fault("consent")
