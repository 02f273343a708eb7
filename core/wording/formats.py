"""Figures as a reader of a language writes them: counts, money, percents (dates: core.wording.calendars)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"
MINUS = "\u2212"
SYMBOLS = {"RUB": "₽", "GBP": "£", "USD": "$", "EUR": "€", "KZT": "₸", "BYN": "Br", "UAH": "₴"}
SIGNIFICANT = 3
TENFOLD = 10
# Sums are kept in hundredths whatever the currency; of these no hundredths are shown.
WITHOUT_CENTS = {"JPY", "KRW", "VND"}
SCALES: dict[str, tuple[tuple[int, str], ...]] = {
    "ru": ((10**9, "млрд"), (10**6, "млн")),
    "en": ((10**9, "bn"), (10**6, "m")),
}
Number = int | float | Decimal


@dataclass(frozen=True)
class Figure:
    """A large figure: its digits and the small unit behind them ("18,9", "млн ₽")."""

    text: str
    unit: str = ""


@dataclass(frozen=True)
class Change:
    """How a number stands against the previous period: an arrow, a size, what it was."""

    arrow: str
    text: str
    was: str


def language_of(language: str | None) -> str:
    """Russian or English: anything that is not "ru…" reads English."""
    return "ru" if (language or "").startswith("ru") else "en"


def number(value: Number, language: str, *, digits: int = 0, trim: bool = False) -> str:
    """Round half up to `digits`; `trim` drops trailing zeros of the fraction."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    whole, _, fraction = f"{abs(exact):,f}".partition(".")
    fraction = fraction.rstrip("0") if trim else fraction
    if language_of(language) == "ru":
        text = whole.replace(",", NBSP) + ("," + fraction if fraction else "")
    else:
        text = whole + ("." + fraction if fraction else "")
    return MINUS + text if exact < 0 else text


def count(value: Number, language: str) -> str:
    """12 480."""
    return number(value, language)


def signed(value: Number, language: str, *, digits: int = 0) -> str:
    """+186, −674, 0."""
    text = number(value, language, digits=digits)
    return "+" + text if value > 0 else text


def percent(ratio: Number, language: str, *, digits: int = 1) -> str:
    """0.073 reads 7,3 % (Russian) or 7.3% (English)."""
    text = number(Decimal(str(ratio)) * 100, language, digits=digits)
    return text + (NBSP if language_of(language) == "ru" else "") + "%"


def percent_of(value: Number, language: str, *, digits: int = 0) -> str:
    """7.5 of a hundred reads 7,5 % (Russian) or 7.5% (English)."""
    text = number(value, language, digits=digits, trim=True)
    return text + (NBSP if language_of(language) == "ru" else "") + "%"


def points(ratio: Number, language: str) -> str:
    """A difference of two percentages: 0.021 reads +2,1 п. п. or +2.1 pp."""
    text = signed(Decimal(str(ratio)) * 100, language, digits=1)
    unit = f"п.{NBSP}п." if language_of(language) == "ru" else "pp"
    return f"{text}{NBSP}{unit}"


def symbol(currency: str) -> str:
    return SYMBOLS.get(currency, currency)


def money(minor: int, currency: str, language: str, *, digits: int | None = None) -> str:
    """Hundredths to 1 234,56 ₽ or £1,234.56; `digits=0` rounds to whole units."""
    usual = 0 if currency in WITHOUT_CENTS else 2
    shown = usual if digits is None else digits
    return _with_symbol(Decimal(minor).scaleb(-2), currency, language, digits=shown)


def price(micros: int, currency: str, language: str) -> str:
    """Millionths of a unit (message prices): two digits, up to four when they matter."""
    exact = Decimal(micros).scaleb(-6)
    digits = 2 if exact == exact.quantize(Decimal("0.01")) else 4
    return _with_symbol(exact, currency, language, digits=digits)


def _with_symbol(units: Decimal, currency: str, language: str, *, digits: int) -> str:
    text = number(units, language, digits=digits)
    sign = symbol(currency)
    if language_of(language) == "ru":
        return f"{text}{NBSP}{sign}"
    glued = sign if len(sign) == 1 else sign + NBSP
    return f"{MINUS}{glued}{text[1:]}" if text.startswith(MINUS) else glued + text


def scaled(value: Number, language: str) -> Figure:
    """A count for a headline: whole below a million, then 18,9 млн."""
    for size, word in SCALES[language_of(language)]:
        if abs(Decimal(str(value))) >= size:
            return Figure(_short(Decimal(str(value)) / size, language), word)
    return Figure(number(value, language))


def money_scaled(minor: int, currency: str, language: str) -> Figure:
    """Money for a headline: 1 486 ₽, 18,9 млн ₽, £18.9 m."""
    units = Decimal(minor).scaleb(-2)
    figure = scaled(units, language)
    if language_of(language) == "ru":
        return Figure(figure.text, f"{figure.unit}{NBSP}{symbol(currency)}".strip(NBSP))
    sign = symbol(currency)
    digits = figure.text.removeprefix(MINUS)
    prefix = MINUS if figure.text.startswith(MINUS) else ""
    glued = sign if len(sign) == 1 else sign + NBSP
    return Figure(prefix + glued + digits, figure.unit)


def as_text(figure: Figure) -> str:
    """The figure on one line."""
    return f"{figure.text}{NBSP}{figure.unit}" if figure.unit else figure.text


def _short(value: Decimal, language: str) -> str:
    """Three significant digits: 3,41 and 18,9 and 123."""
    digits = max(0, SIGNIFICANT - 1 - max(0, Decimal(value).adjusted()))
    return number(value, language, digits=digits, trim=True)


def change(current: Number, previous: Number, language: str, was: str = "") -> Change | None:
    """The relative change against the previous period, None where there was nothing before."""
    if not previous:
        return None
    ratio = (Decimal(str(current)) - Decimal(str(previous))) / abs(Decimal(str(previous)))
    arrow = "↑" if ratio > 0 else "↓" if ratio < 0 else "→"
    digits = 1 if abs(ratio) < TENFOLD else 0
    return Change(
        arrow, percent(abs(ratio), language, digits=digits), was or count(previous, language)
    )
