"""How many segments a text message is billed as (3GPP TS 23.038 and 23.040).

The GSM-7 alphabet gives 160 septets in one message and 153 in each part of a long one; a sign of
the extension table takes two septets that never part. Any other sign turns the whole text into
UCS-2: 70 units, 67 in a part, and a surrogate pair stays together.
"""

from dataclasses import dataclass
from typing import Literal

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"
_BASIC = frozenset(BASIC)
_EXTENSION = frozenset(EXTENSION)
_GSM = _BASIC | _EXTENSION
_LIMITS = {"gsm7": (160, 153), "ucs2": (70, 67)}


@dataclass(frozen=True, slots=True)
class Segments:
    """The bill of one text: `units` of its alphabet, `count` parts, `left` in the last part."""

    encoding: Literal["gsm7", "ucs2"]
    units: int
    count: int
    left: int


def segments(text: str) -> Segments:
    """Count the segments of `text`; an empty text has none."""
    encoding: Literal["gsm7", "ucs2"] = "gsm7" if _GSM.issuperset(text) else "ucs2"
    doubles = _EXTENSION if encoding == "gsm7" else None
    widths = [_width(sign, doubles) for sign in text]
    units = sum(widths)
    single, part = _LIMITS[encoding]
    if units <= single:
        return Segments(encoding, units, int(units > 0), single - units)
    count, filled = _pack(widths, part)
    return Segments(encoding, units, count, part - filled)


def unlike_gsm(text: str) -> list[str]:
    """The signs that force UCS-2, each once, in order: what an editor would point at."""
    return list(dict.fromkeys(sign for sign in text if sign not in _GSM))


def _width(sign: str, doubles: frozenset[str] | None) -> int:
    return 1 + (sign in doubles if doubles is not None else sign > "\uffff")


def _pack(widths: list[int], part: int) -> tuple[int, int]:
    """Fill parts in order, a two-unit sign never split: (parts, units in the last)."""
    parts, filled = 1, 0
    for width in widths:
        if filled + width > part:
            parts, filled = parts + 1, 0
        filled += width
    return parts, filled
