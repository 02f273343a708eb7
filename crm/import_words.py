"""The words of imports: fields, reasons why a row is refused, and what to do about it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from crm.errors import ImportRefused, MappingIncomplete
from crm.rules import dates, numbers

FIELDS = {
    "customer": _("Customer"),
    "order_id": _("Order number"),
    "date": _("Date"),
    "amount": _("Amount"),
    "product": _("Product code"),
    "product_name": _("Product name"),
    "quantity": _("Quantity"),
    "unit_price": _("Unit price"),
    "category": _("Category"),
    "country": _("Country"),
    "city": _("City"),
    "external_id": _("Customer's number"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "card": _("Card number"),
    "full_name": _("Full name"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "birth_date": _("Birth date"),
    "gender": _("Gender"),
    "language": _("Language"),
    "consent_email": _("Consent: advertising by e-mail"),
    "consent_sms": _("Consent: advertising by SMS"),
}
# code: (the tab, the sentence, what to do)
REASONS = {
    "columns": (_("Cells do not fit"), _("The row has more or fewer cells than the header"),
                _("Check the delimiters in this line")),
    "quotes": (_("Quotes"), _("A quote is never closed"), _("Close or remove the quote")),
    "encoding": (_("Encoding"), _("Some bytes are not text in the file's encoding"),
                 _("Save the file in one encoding")),
    "nul": (_("NUL byte"), _("The line has a NUL byte in it"), _("Remove the byte")),
    "hidden_sign": (_("Sign nobody sees"),
                    _("There is a sign in it that nobody sees: a break, a direction, no width"),
                    _("Type it anew, without copying")),
    "empty_row": (_("Empty"), _("Every cell is empty"), _("Nothing to do")),
    "missing": (_("Empty cell"), _("A cell that must be filled is empty"), _("Fill the cell")),
    "number": (_("Not a number"), _("This is not a number as this file writes them"),
               _("Check the decimal mark")),
    "too_large": (_("Too large"), _("The number is larger than the base may hold"),
                  _("Check the amount")),
    "too_long": (_("Too long"), _("The text is longer than the field"), _("Shorten it")),
    "date": (_("Not a date"), _("There is no such day, or it is written in another order"),
             _("Check the order of day and month")),
    "date_in_future": (_("Date in the future"), _("This day has not come yet"),
                       _("Correct the date")),
    "phone": (_("Phone not recognised"), _("This is not a whole phone number"),
              _("Write it with the country code")),
    "phone_several": (_("Several phones"), _("There is more than one phone in the cell"),
                      _("Leave one")),
    "phone_extension": (_("Phone with an extension"), _("A message cannot reach an extension"),
                        _("Give a direct number")),
    "phone_too_long": (_("Phone too long"), _("There are too many digits"),
                       _("Correct the number")),
    "email": (_("Wrong e-mail"), _("This is not an e-mail address"), _("Correct the address")),
    "email_control": (_("Wrong e-mail"), _("There are line breaks in the address"),
                      _("Leave only the address in the cell")),
    "email_too_long": (_("Wrong e-mail"), _("The address is too long"), _("Correct the address")),
    "gender": (_("Gender"), _("The gender is not recognised"), _("Write f or m")),
    "language": (_("Language"), _("The language is not recognised"), _("Write its code: ru, en")),
    "consent": (_("Consent"), _("It is neither yes nor no"), _("Write yes or no")),
    "no_identity": (_("Nobody named"),
                    _("No phone, e-mail, card or number: nobody to link the row to"),
                    _("Fill one of them")),
    "repeated_in_file": (_("Repeated in the file"), _("An earlier line says the same"),
                         _("Leave one of the lines")),
    "identity_conflict": (_("Two people in one row"),
                          _("The phone, e-mail or card belong to different customers"),
                          _("Decide whose they are")),
    "order_of_another_customer": (_("Another customer's order"),
                                  _("An earlier line gives this order to another customer"),
                                  _("Check the order number")),
    "refund_changed": (_("Refund changed"),
                       _("This refund was loaded before with other content"),
                       _("Record a correction")),
    "cancellation_below_zero": (_("Cancellation below zero"),
                                _("A cancelled line has a negative price"),
                                _("Check the price")),
}  # fmt: skip


def reason(code: str) -> tuple[object, object, object]:
    """Tab, sentence and advice of a code; an unknown code stands for itself."""
    return REASONS.get(code, (code, code, ""))


def failure(code: str) -> object:
    """Why a whole file was refused; what a single row is refused for may also stop a file."""
    sentences: dict[str, Any] = {one.code: one.sentence for one in ImportRefused.__subclasses__()}
    sentence = sentences.get(code, "")
    return sentence if sentence and "%" not in str(sentence) else reason(code)[1]


def refusal_words(refusal: DomainError) -> str:
    """A refusal as the wizard says it: fields by the names that stand on the page."""
    if not isinstance(refusal, MappingIncomplete):
        return refusal.detail
    names = (name.strip() for name in str(refusal.facts["missing"]).split(","))
    lacking = ", ".join(gettext("“%(name)s”") % {"name": FIELDS.get(name, name)} for name in names)
    return str(refusal.sentence) % {"missing": lacking}


# What a marketer may have heard of; the rest stands for itself.
ENCODINGS = {"cp1251": "Windows-1251", "cp1252": "Windows-1252", "utf-8": "UTF-8",
             "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "koi8-r": "KOI8-R", "cp866": "CP866"}  # fmt: skip


def file_words(options: Mapping[str, Any]) -> str:
    """How the file turned out to be written: Windows-1251, columns parted by “;”."""
    if not options.get("encoding"):
        return str(options.get("format", ""))
    encoding = str(options["encoding"])
    mark = str(options.get("delimiter", ","))
    facts = {"encoding": ENCODINGS.get(encoding.lower(), encoding)}
    if mark == "\t":
        return gettext("%(encoding)s, columns parted by tabs; found out by ourselves") % facts
    said = gettext("%(encoding)s, columns parted by “%(mark)s”; found out by ourselves")
    return said % {**facts, "mark": mark}


_REMARKS = {
    "amount": gettext_noop("“%(cell)s” is not quantity x price; it is taken for what was paid."),
    "pieces": gettext_noop("“%(cell)s” is read as a quantity, to be multiplied by the price."),
    "discount": gettext_noop("“%(cell)s” is left out: lines come to quantity x price."),
    "cut": gettext_noop("A spreadsheet has cut numbers to a few digits: %(cell)s may be several."),
    "offset": gettext_noop(
        "Times bear an offset, as in %(cell)s; their days are counted in the shop's time zone."
    ),
    "fractions": gettext_noop(
        "Sums of more than two places, such as %(cell)s, are rounded one by one."
    ),
    "words": gettext_noop("Columns are told by a word of their names: %(cell)s."),
    "currency": gettext_noop("Sums of several currencies are added as they stand: %(cell)s."),
    "id": gettext_noop(
        "“%(cell)s” is taken for the customer, and each row has another one: it may be the order's."
    ),
    "status": gettext_noop("Rows of any status are counted, also those of “%(cell)s”."),
}


def doubts(options: Mapping[str, Any]) -> list[str]:
    """What the file does not tell and was taken one way, and what is counted though one may doubt."""
    unsure: Mapping[str, str] = options.get("unsure") or {}
    said = []
    if cell := unsure.get("decimal"):
        facts = {"cell": cell, "number": _number(cell, options)}
        said.append(
            gettext("Nothing tells thousands from fractions: %(cell)s is read as %(number)s.")
            % facts
        )
    if cell := unsure.get("dates"):
        said.append(_doubt_of_days(cell, str(options["dates"])))
    said += [
        gettext(sentence) % {"cell": unsure[name]}
        for name, sentence in _REMARKS.items()
        if name in unsure
    ]
    return said


def _doubt_of_days(cell: str, order: str) -> str:
    facts = {"cell": cell, "day": dates.parse(cell, order).date().isoformat()}
    if order == "yymd":
        return gettext("Dates are read with the year first: %(cell)s is %(day)s.") % facts
    if order == "excel":
        return (
            gettext("Dates are read as a spreadsheet's count of days: %(cell)s is %(day)s.") % facts
        )
    return gettext("Nothing tells the day from the month: %(cell)s is read as %(day)s.") % facts


def _number(cell: str, options: Mapping[str, Any]) -> str:
    return f"{numbers.parse(cell, str(options['decimal'])):f}"


def habits(report: Mapping[str, Any]) -> list[str]:
    """What was made of numbers of orders that stand in several rows of a file of orders."""
    said = []
    if (added := int(report.get("orders_added_up", 0))) > 0:
        said.append(
            ngettext(
                "%(count)s order takes several rows; they are added up.",
                "%(count)s orders take several rows each; they are added up.",
                added,
            )
            % {"count": added}
        )
    if (anew := int(report.get("numbers_given_anew", 0))) > 0:
        said.append(
            ngettext(
                "%(count)s order number stands for several days or customers; these are taken"
                " for orders of their own.",
                "%(count)s order numbers stand for several days or customers; these are taken"
                " for orders of their own.",
                anew,
            )
            % {"count": anew}
        )
    return said
