"""The composer's form: audience, control group, terms and waits."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from campaigns import audiences
from campaigns.models import Campaign, CampaignStep
from campaigns.services.editing import Terms

HOUR = timedelta(hours=1)


class CampaignForm(forms.Form):
    """Fields that every campaign has, and one wait for each step after the first."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Who receives it"))
    choice = forms.ChoiceField(label=_("Which of them"), required=False)
    days = forms.IntegerField(label=_("Points expire within, days"), min_value=1, max_value=366)
    min_points = forms.IntegerField(label=_("At least so many points"), min_value=1)
    control_percent = forms.DecimalField(
        label=_("Control group, %"),
        min_value=Decimal(0),
        max_value=Decimal(90),
        max_digits=5,
        decimal_places=2,
        help_text=_("These people get nothing, so that the effect can be measured."),
    )
    attribution_days = forms.IntegerField(
        label=_("Purchases count for, days"), min_value=1, max_value=90
    )
    cap_messages = forms.IntegerField(
        label=_("At most so many messages"), min_value=1, max_value=99
    )
    cap_days = forms.IntegerField(label=_("in so many days"), min_value=1, max_value=90)
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False)
    quiet_until = forms.TimeField(label=_("Quiet until"), required=False)
    seen_at = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, campaign: Campaign, steps: Sequence[CampaignStep]
    ) -> None:
        super().__init__(data, initial=_initial(campaign, steps))
        self._offer_kinds(campaign)
        self.waits = [f"wait_{step.position}" for step in steps[1:]]
        for number, name in enumerate(self.waits, 2):
            self.fields[name] = forms.DecimalField(
                label=_("Hours before step %(number)s") % {"number": number},
                min_value=Decimal(0),
                max_value=Decimal(720),
                decimal_places=2,
            )

    def _offer_kinds(self, campaign: Campaign) -> None:
        """Every registered kind, and the choices of the one that is chosen."""
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 - for the type checker
        kind.choices = [(one.name, one.label) for one in audiences.kinds()]
        choice = self.fields["choice"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101
        offered = [
            (f"{one.name}:{value}", f"{one.label}: {label}")
            for one in audiences.kinds()
            if one.choices is not None
            for value, label in one.choices(campaign.workspace_id)
        ]
        choice.choices = [("", "—"), *offered]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        kind, choice = values.get("kind", ""), values.get("choice", "")
        found = next((one for one in audiences.kinds() if one.name == kind), None)
        if found is not None and found.choices is not None and not choice.startswith(f"{kind}:"):
            self.add_error("choice", _("Choose which of them receive it."))
        if bool(values.get("quiet_from")) != bool(values.get("quiet_until")):
            self.add_error("quiet_until", _("Give both ends of the quiet hours, or none."))
        return values

    def terms(self) -> Terms:
        """What was entered, for the service."""
        values = self.cleaned_data
        return Terms(
            name=values["name"],
            audience=self._audience(),
            control_percent=values["control_percent"],
            attribution_days=values["attribution_days"],
            cap_messages=values["cap_messages"],
            cap_days=values["cap_days"],
            quiet_from=values["quiet_from"],
            quiet_until=values["quiet_until"],
            waits=[timedelta(0), *(float(values[name]) * HOUR for name in self.waits)],
        )

    def seen(self) -> Any:
        """When the campaign was last changed, as the person saw it."""
        return parse_datetime(self.cleaned_data["seen_at"])

    def _audience(self) -> dict[str, Any]:
        values = self.cleaned_data
        kind = next(one for one in audiences.kinds() if one.name == values["kind"])
        if kind.choices is not None:
            return {"kind": kind.name, kind.choice_name: values["choice"].partition(":")[2]}
        if kind.name == "points_expire_soon":
            return {"kind": kind.name, "days": values["days"], "min_points": values["min_points"]}
        return {"kind": kind.name}


def _initial(campaign: Campaign, steps: Sequence[CampaignStep]) -> dict[str, Any]:
    audience = campaign.audience
    kind = audience.get("kind", "")
    known = next((one for one in audiences.kinds() if one.name == kind), None)
    chosen = audience.get(known.choice_name, "") if known and known.choice_name else ""
    names = ("name", "control_percent", "attribution_days", "cap_messages", "cap_days",
             "quiet_from", "quiet_until")  # fmt: skip
    return {
        **{name: getattr(campaign, name) for name in names},
        "kind": kind,
        "choice": f"{kind}:{chosen}" if chosen else "",
        "days": audience.get("days", 30),
        "min_points": audience.get("min_points", 1),
        "seen_at": campaign.updated_at.isoformat(),
        **{f"wait_{step.position}": step.wait / HOUR for step in steps[1:]},
    }
