"""Figures and dates read as a person of each language writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.wording import calendars, formats
from core.wording.formats import Change, Figure

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("value", "russian", "english"),
    [
        (0, "0", "0"),
        (-0.2, "0", "0"),
        (999, "999", "999"),
        (12480, "12\u00a0480", "12,480"),
        (-674, "\u2212674", "\u2212674"),
        (1234567, "1\u00a0234\u00a0567", "1,234,567"),
    ],
)
def test_counts_are_spaced_in_russian_and_comma_parted_in_english(
    value: float, russian: str, english: str
) -> None:
    assert (formats.count(value, "ru"), formats.count(value, "en")) == (russian, english)


@pytest.mark.parametrize(
    ("minor", "currency", "russian", "english"),
    [
        (123456, "RUB", "1\u00a0234,56\u00a0₽", "₽1,234.56"),
        (5, "GBP", "0,05\u00a0£", "£0.05"),
        (-123456, "GBP", "\u22121\u00a0234,56\u00a0£", "\u2212£1,234.56"),
        (100, "BYN", "1,00\u00a0Br", "Br\u00a01.00"),
        (150_000, "JPY", "1\u00a0500\u00a0JPY", "JPY\u00a01,500"),
        (10**17, "RUB", "1\u00a0000\u00a0000\u00a0000\u00a0000\u00a0000,00\u00a0₽",
         "₽1,000,000,000,000,000.00"),
    ],
)  # fmt: skip
def test_money_is_exact_and_signed_as_the_language_signs_it(
    minor: int, currency: str, russian: str, english: str
) -> None:
    written = formats.money(minor, currency, "ru"), formats.money(minor, currency, "en")

    assert written == (russian, english)


def test_rounded_money_rounds_half_up() -> None:
    assert formats.money(150, "GBP", "en", digits=0) == "£2"


@pytest.mark.parametrize(
    ("micros", "written"),
    [(30_000, "0,03\u00a0₽"), (5_600_000, "5,60\u00a0₽"), (1_250, "0,0013\u00a0₽")],
)
def test_message_prices_show_more_digits_only_when_they_matter(micros: int, written: str) -> None:
    assert formats.price(micros, "RUB", "ru") == written


@pytest.mark.parametrize(
    ("ratio", "russian", "english"),
    [
        (Decimal("0.073"), "7,3\u00a0%", "7.3%"),
        (-0.0425, "\u22124,3\u00a0%", "\u22124.3%"),
        (1, "100,0\u00a0%", "100.0%"),
    ],
)
def test_percents_are_written_from_shares(
    ratio: formats.Number, russian: str, english: str
) -> None:
    assert (formats.percent(ratio, "ru"), formats.percent(ratio, "en")) == (russian, english)


def test_a_difference_of_percentages_is_in_points() -> None:
    assert formats.points(Decimal("0.021"), "ru") == "+2,1\u00a0п.\u00a0п."
    assert formats.points(Decimal("-0.021"), "en") == "\u22122.1\u00a0pp"


@pytest.mark.parametrize(
    ("value", "figure"),
    [
        (12_710, Figure("12\u00a0710")),
        (999_999, Figure("999\u00a0999")),
        (3_412_000, Figure("3,41", "млн")),
        (18_886_700, Figure("18,9", "млн")),
        (123_456_789, Figure("123", "млн")),
        (2_000_000_000, Figure("2", "млрд")),
    ],
)
def test_headlines_never_carry_more_than_six_digits(value: int, figure: Figure) -> None:
    assert formats.scaled(value, "ru") == figure


def test_headline_money_keeps_its_currency() -> None:
    assert formats.money_scaled(18_886_700_00, "RUB", "ru") == Figure("18,9", "млн\u00a0₽")
    assert formats.money_scaled(-18_886_700_00, "GBP", "en") == Figure("\u2212£18.9", "m")
    assert formats.as_text(formats.money_scaled(1486_00, "RUB", "ru")) == "1\u00a0486\u00a0₽"


def test_a_change_has_a_direction_a_size_and_what_it_was() -> None:
    assert formats.change(107, 100, "ru") == Change("↑", "7,0\u00a0%", "100")
    assert formats.change(95, 100, "ru", "вчера 100") == Change("↓", "5,0\u00a0%", "вчера 100")


def test_there_is_no_change_against_nothing() -> None:
    assert formats.change(5, 0, "en") is None


@pytest.mark.parametrize(
    ("on", "russian", "english"),
    [
        (date(2026, 11, 21), "сегодня", "today"),
        (date(2026, 11, 20), "вчера", "yesterday"),
        (date(2026, 11, 18), "3\u00a0дня\u00a0назад", "3\u00a0days\u00a0ago"),
        (date(2026, 11, 15), "6\u00a0дней\u00a0назад", "6\u00a0days\u00a0ago"),
        (date(2026, 11, 14), "14\u00a0ноября", "14\u00a0November"),
        (date(2025, 3, 9), "9\u00a0марта\u00a02025", "9\u00a0March\u00a02025"),
        (date(2026, 11, 23), "через\u00a02\u00a0дня", "in\u00a02\u00a0days"),
    ],
)
def test_days_are_relative_within_a_week_and_dates_after(
    on: date, russian: str, english: str
) -> None:
    written = calendars.ago(on, "ru", today=TODAY), calendars.ago(on, "en", today=TODAY)

    assert written == (russian, english)


def test_a_moment_is_told_in_the_shops_zone() -> None:
    midnight = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)

    moscow = calendars.moment(midnight, "ru", zone="Europe/Moscow", today=TODAY)
    london = calendars.moment(midnight, "ru", zone="Europe/London", today=TODAY)

    assert (moscow, london) == ("сегодня в\u00a001:30", "вчера в\u00a022:30")


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (date(2026, 11, 1), date(2026, 11, 21), "1–21\u00a0ноября"),
        (date(2026, 10, 23), date(2026, 11, 21), "23\u00a0октября – 21\u00a0ноября"),
        (date(2025, 12, 1), date(2026, 1, 5), "1\u00a0декабря\u00a02025 – 5\u00a0января"),
    ],
)
def test_a_range_says_the_month_and_the_year_once_when_it_can(
    first: date, last: date, written: str
) -> None:
    assert calendars.day_range(first, last, "ru", today=TODAY) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(4.4, "4\u00a0с"), (240, "4\u00a0мин"), (7500, "2\u00a0ч 5\u00a0мин"), (3600, "1\u00a0ч")],
)
def test_durations_use_the_largest_fitting_unit(seconds: float, written: str) -> None:
    assert calendars.duration(seconds, "ru") == written


def test_short_words_and_numbers_do_not_part_from_what_follows() -> None:
    glued = calendars.glue("Купили на 5 % больше — и в срок")

    assert glued == "Купили на\u00a05\u00a0% больше\u00a0— и\u00a0в\u00a0срок"


def test_a_percentage_is_written_as_the_reader_writes_it() -> None:
    assert formats.percent_of(Decimal("7.50"), "ru", digits=2) == "7,5\u00a0%"
    assert formats.percent_of(Decimal("7.50"), "en", digits=2) == "7.5%"
    assert formats.percent_of(100, "en") == "100%"
