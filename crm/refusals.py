"""Refused fields with a sentence that people read beside the code that programs read."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, InvalidInput
from crm.errors import IdentityTaken, ImpossibleTime, RefundTooLarge, TotalsDiffer
from crm.import_words import reason

# What no file is refused for; the rest is said as imports say it.
SENTENCES = {
    "timezone": _("There is no such time zone."),
    "channel": _("Nobody can be reached that way."),
    "too_many_decimals": _("The number has more decimals than are kept."),
    "required": _("This field is required."),
    "repeated_in_batch": _("Another item of the list says the same."),
    "timezone_missing": _("Write the offset of the time from UTC."),
}
# An empty cell of a file is a field that was not sent; shapes have their word for it.
OF_SHAPES = {"missing": "required"}


# What a list's item may be rejected for, said as a single request is told it.
OF_THE_BUSINESS = {
    refusal.code: refusal.sentence
    for refusal in (IdentityTaken, ImpossibleTime, RefundTooLarge, TotalsDiffer)
}


def sentence(code: str) -> str:
    """What people read beside a code."""
    return str(OF_THE_BUSINESS.get(code) or SENTENCES.get(code) or reason(code)[1])


def wrong_field(*, field: str, code: str) -> InvalidInput:
    """The refusal of an input for one of its fields."""
    return InvalidInput(fields=[fault(field=field, code=code)])


def fault(*, field: str, code: str) -> dict[str, str]:
    """One wrong field as every refusal names it."""
    code = OF_SHAPES.get(code, code)
    return {"field": field, "code": code, "message": sentence(code)}


def at_field(refusal: type[DomainError], field: str, /, **facts: Any) -> DomainError:
    """A refusal that also names the field it is about, as the refusals of shapes do."""
    named = {"field": field, "code": refusal.code, "message": str(refusal.sentence)}
    return refusal(fields=[named], **facts)
