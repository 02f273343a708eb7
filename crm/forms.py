"""Forms of the customer base's pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.import_words import FIELDS
from crm.models import Import
from crm.rules import headers

DATES = {
    "ymd": _("year, month, day: 2026-12-31"),
    "dmy": _("day, month, year: 31.12.2026"),
    "mdy": _("month, day, year: 12/31/2026"),
    "yymd": _("year in two digits, month, day: 26-12-31"),
    "words": _("month in words: 31 Dec 2026"),
    "compact": _("digits only: 20261231"),
    "unix": _("seconds since 1970"),
    "excel": _("days since 1900, as Excel counts"),
}


class UploadForm(forms.Form):
    """A file and what it holds."""

    file = forms.FileField(error_messages={"required": _("Choose a file first.")})
    kind = forms.ChoiceField(
        label=_("What is in the file"),
        required=False,
        choices=[("", _("Find out by the columns")), *Import.Kind.choices],
    )


class ColumnsForm(forms.Form):
    """Which column is what: one choice a column, and how numbers and dates are written."""

    kind = forms.ChoiceField(label=_("What is in the file"), choices=Import.Kind.choices)
    dates = forms.ChoiceField(label=_("Dates"), choices=list(DATES.items()), required=False)
    decimal = forms.ChoiceField(
        label=_("Decimal mark"), choices=[(".", _("dot")), (",", _("comma"))], required=False
    )
    legal_basis = forms.CharField(
        label=_("Legal basis of the consents"),
        required=False,
        max_length=200,
        help_text=_("Where and how people agreed. Without it no consent is loaded."),
    )

    def __init__(self, of_import: Import, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [column["name"] for column in of_import.columns]
        for place, name in enumerate(self.names):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=name,
                required=False,
                choices=[("", _("Do not load")), *_fields_of(of_import.kind)],
                initial=of_import.mapping.get(name, ""),
            )
        self.fields["kind"].initial = of_import.kind
        for name in ("dates", "decimal", "legal_basis"):
            self.fields[name].initial = of_import.options.get(name, "")

    def mapping(self) -> dict[str, str]:
        """{column: field} of the columns that are loaded."""
        chosen = {name: self.cleaned_data[f"column_{at}"] for at, name in enumerate(self.names)}
        return {name: field for name, field in chosen.items() if field}

    def options(self) -> dict[str, str]:
        names = ("dates", "decimal", "legal_basis")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}


def _fields_of(kind: str) -> list[tuple[str, Any]]:
    return [(field.key, FIELDS[field.key]) for field in headers.FIELDS[kind]]
