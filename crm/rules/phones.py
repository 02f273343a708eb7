"""Phones in E.164, read in the region of the shop; what is not one whole number is refused."""

import re

import phonenumbers

from crm.rules.faults import Fault

_SEVERAL = re.compile(r"[,;/|\n\r]|\bи\b|\bили\b|\bor\b")
SHORTEST, LONGEST = 5, 20
_PLAIN = re.compile(r"\+[1-9][0-9]{6,14}\Z")


def normalise(text: str, region: str) -> str:
    """E.164 of one phone. Codes: phone, phone_several, phone_extension, phone_too_long."""
    _refuse_crowds(text)
    try:
        number = phonenumbers.parse(text.strip(), region)
    except phonenumbers.NumberParseException:
        raise Fault("phone") from None
    if number.extension:
        raise Fault("phone_extension")
    if not phonenumbers.is_valid_number(number):
        raise Fault("phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _refuse_crowds(text: str) -> None:
    parts = [part for part in _SEVERAL.split(text) if sum(c.isdigit() for c in part) >= SHORTEST]
    if len(parts) > 1:
        raise Fault("phone_several")
    if sum(character.isdigit() for character in text) > LONGEST:
        raise Fault("phone_too_long")


def looks_like_one(text: str) -> bool:
    """Whether a search text may be a phone: digits and phone punctuation, at least five digits."""
    digits = sum(character.isdigit() for character in text)
    return digits >= SHORTEST and not re.search(r"[^\d\s()+\-.]", text)


def is_e164(text: str) -> bool:
    return bool(_PLAIN.match(text))
