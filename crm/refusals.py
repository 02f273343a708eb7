"""Refused fields with a sentence that people read beside the code that programs read."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, InvalidInput
from crm.import_words import reason

# What no file is refused for; the rest is said as imports say it.
SENTENCES = {
    "timezone": _("There is no such time zone."),
    "too_many_decimals": _("The number has more decimals than are kept."),
    "missing": _("This field is required."),
    "repeated_in_batch": _("Another item of the list says the same."),
    "timezone_missing": _("Write the offset of the time from UTC."),
}


def wrong_field(*, field: str, code: str) -> InvalidInput:
    """The refusal of an input for one of its fields."""
    message = str(SENTENCES.get(code) or reason(code)[1])
    return InvalidInput(fields=[{"field": field, "code": code, "message": message}])


def at_field(refusal: type[DomainError], field: str, /, **facts: Any) -> DomainError:
    """A refusal that also names the field it is about, as the refusals of shapes do."""
    fault = {"field": field, "code": refusal.code, "message": str(refusal.sentence)}
    return refusal(fields=[fault], **facts)
