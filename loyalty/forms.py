"""Forms of the programme's pages."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from core.ui.decimals import ReadersDecimalField
from loyalty.rules.points import LIMIT
from loyalty.services.programs import Terms

MINOR = 100


class TermsForm(forms.Form):
    """The terms of a programme, for orders from now on."""

    name = forms.CharField(label=_("Name"), max_length=120)
    base_percent = ReadersDecimalField(
        label=_("Percent of an order"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        help_text=_("How much of an order's total comes back as points, rounded down."),
    )
    point_value = ReadersDecimalField(
        label=_("What one point is worth"),
        min_value=Decimal("0.01"),
        max_value=Decimal(10_000),
        decimal_places=2,
        help_text=_("In the workspace's currency."),
    )
    activation_days = forms.IntegerField(
        label=_("Days before points can be spent"),
        min_value=0,
        max_value=365,
        help_text=_("Long enough for goods to be returned; 0: at once."),
    )
    expiry_days = forms.IntegerField(
        label=_("Days until points expire"),
        required=False,
        min_value=1,
        max_value=3650,
        help_text=_("After that they expire at the end of the day. Empty: they never expire."),
    )
    starts_on = forms.DateField(
        label=_("Orders earn from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: every imported order earns points, on its own day."),
    )

    @property
    def terms(self) -> Terms:
        """The cleaned terms, with the value of a point in minor units."""
        cleaned = dict(self.cleaned_data)
        cleaned["point_value"] = int(cleaned["point_value"] * MINOR)
        return Terms(**cleaned)


class AdjustForm(forms.Form):
    """Points given or taken by hand; `nonce` lets one form change them once."""

    way = forms.ChoiceField(
        label=_("What to do"),
        choices=[("give", _("Give points")), ("take", _("Take points"))],
        widget=forms.RadioSelect,
        initial="give",
    )
    points = forms.IntegerField(label=_("Points"), min_value=1, max_value=LIMIT)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Stays in the customer's statement and in the audit log."),
    )
    nonce = forms.CharField(max_length=64, widget=forms.HiddenInput)

    @property
    def signed_points(self) -> int:
        points: int = self.cleaned_data["points"]
        return points if self.cleaned_data["way"] == "give" else -points
