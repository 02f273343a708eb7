"""Nothing that is read from a cell or a head of a file takes longer than its length."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date

import pytest

from crm.rules import dates, emails, encodings, headings, numbers, phones, signs
from crm.rules.faults import Fault

LONG = 100_000
PIECES = (
    " ", "1", "1,", "1.", "1 ", "1-", "(", "a", "+", "@", "a@", ".", "1/1/", "12:12:", "1 at ",
    "1 March ", "мар ", "r$", "₽", "и ", "+7903 ext ", "tel:", "\u200d", "e\u0301", "\n", '"',
    "1\t", "x@ю.", "x@xn--", "1 11:11 ", "1 11:11 (a", "a, ",
)  # fmt: skip
HOSTILE = [piece * (LONG // len(piece)) for piece in PIECES]
HOSTILE += [
    "x@" + "ю" * LONG,
    "a" + "\u200d" * LONG + "b",
    "1e999999999",
    "-1e-999999999",
    "9" * LONG + ",5",
]
TODAY = date(2026, 11, 22)
READERS: dict[str, Callable[[str], object]] = {
    "number with a dot": lambda text: numbers.parse(text, "."),
    "number with a comma": lambda text: numbers.parse(text, ","),
    "weight": lambda text: numbers.Weight().add(text),
    "phone": lambda text: phones.normalise(text, "RU"),
    "like a phone": phones.looks_like_one,
    "e-mail": emails.normalise,
    "name": signs.seen,
    "order of dates": lambda text: dates.fitting([text]),
    "heading": lambda text: headings.place([text.split(","), [text], text.split(" ")]),
    "birthday": lambda text: dates.parse_day(text, "dmy", today=TODAY),
    "delimiter": encodings.guess_delimiter,
    "encoding": lambda text: encodings.guess((text[:LONG] + "\xe9a").encode("cp1252", "replace")),
    "Cyrillic": lambda text: encodings.guess((text[:LONG] + "я да").encode("cp1251", "replace")),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())
def test_a_text_made_to_be_slow_is_read_or_refused_quickly(read: Callable[[str], object]) -> None:
    started = time.process_time()

    for text in HOSTILE:
        with suppress(Fault):
            read(text)

    assert time.process_time() - started < len(HOSTILE) * 0.2


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("digits", [11, 999_999, 1_000_001, 1_048_576])
def test_a_number_with_as_many_digits_as_a_cell_has_room_for_is_too_large(
    digits: int, sign: str
) -> None:
    with pytest.raises(Fault, match="too_large"):
        numbers.parse(sign + "9" * digits)


def test_nothing_is_nothing_however_it_is_written() -> None:
    assert numbers.parse("0e50") == numbers.parse("-0") == 0


def test_a_number_as_small_is_nothing() -> None:
    assert numbers.minor(numbers.parse("0." + "0" * 1_000_001 + "1")) == 0
