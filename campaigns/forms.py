"""The forms of campaigns: terms of a campaign, a channel's price, a text."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns import audiences
from campaigns.models import Campaign, Channel
from campaigns.services.editing import Terms
from core.errors import InvalidInput
from core.ui.decimals import ReadersDecimalField
from crm.rules import emails, phones
from crm.rules.faults import Fault

MOST_DAYS = 366
MOST_TEST_ADDRESSES = 10
CONTROLS = (0, 5, 10, 15, 20, 30, 50)


class TermsForm(forms.Form):
    """What is saved by itself while it is changed; fields of other audiences may be absent."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Who receives it"))
    choice = forms.ChoiceField(label=_("Which of them"), required=False)
    days = forms.IntegerField(
        label=_("Points expire within, days"), min_value=1, max_value=MOST_DAYS, required=False
    )
    min_points = forms.IntegerField(
        label=_("At least, points"), min_value=1, required=False, max_value=10**9
    )
    control_percent = ReadersDecimalField(
        label=_("Control group, %"), min_value=Decimal(0), max_value=Decimal(90),
        max_digits=5, decimal_places=2,
        help_text=_("These people get nothing, so that the effect can be measured."),
    )  # fmt: skip
    attribution_days = forms.IntegerField(
        label=_("Purchases count for, days"), min_value=1, max_value=90
    )
    cap_messages = forms.IntegerField(label=_("Most messages"), min_value=1, max_value=99)
    cap_days = forms.IntegerField(label=_("within, days"), min_value=1, max_value=90)
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False)
    quiet_until = forms.TimeField(label=_("Quiet until"), required=False)

    def __init__(self, data: Any = None, *, campaign: Campaign) -> None:
        super().__init__(data, initial=_initial(campaign), prefix=None)
        self.campaign = campaign
        self.shown = audiences.find({"kind": self["kind"].value() or ""})
        _choices(self, "kind", [(one.name, one.label) for one in audiences.kinds()])
        build = self.shown.choices if self.shown else None
        offered = build(campaign.workspace_id) if build else []
        _choices(self, "choice", offered)
        for name in ("quiet_from", "quiet_until"):
            self.fields[name].widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")

    def _has_choices(self) -> bool:
        return self.shown is not None and self.shown.choices is not None

    def clean_choice(self) -> str:
        """A kind that was chosen just now starts with its first choice."""
        field = self.fields["choice"]
        offered = [str(value) for value, _label in getattr(field, "choices", [])]
        chosen = str(self.cleaned_data.get("choice") or "")
        return chosen if chosen in offered else offered[0] if offered else ""

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if bool(values.get("quiet_from")) != bool(values.get("quiet_until")):
            self.add_error("quiet_until", _("Give both ends of the quiet hours, or none."))
        for name in self._emptied():
            self.add_error(name, self.fields[name].error_messages["required"])
        return values

    def _emptied(self) -> list[str]:
        """Fields of the shown audience that came empty; one that did not come is left as it is."""
        if self.shown is None or self.shown.name != "points_expire_soon":
            return []
        own = ("days", "min_points")
        return [name for name in own if name in self.data and not self.data[name].strip()]

    def terms(self) -> Terms:
        """What was entered, for the service; waits belong to the steps."""
        values = self.cleaned_data
        names = ("name", "control_percent", "attribution_days", "cap_messages", "cap_days",
                 "quiet_from", "quiet_until")  # fmt: skip
        return Terms(audience=self._audience(), waits=(), **{name: values[name] for name in names})

    def _audience(self) -> dict[str, Any]:
        values, kind = self.cleaned_data, self.shown
        if kind is None:
            return {}
        if self._has_choices():
            return {"kind": kind.name, kind.choice_name: values["choice"]}
        if kind.name == "points_expire_soon":
            own = ("days", "min_points")
            return {"kind": kind.name} | {name: self._kept(name) for name in own}
        return {"kind": kind.name}

    def _kept(self, name: str) -> Any:
        """What was entered; where the field was not shown, what the campaign has."""
        entered = self.cleaned_data.get(name)
        return self.initial[name] if entered is None else entered


def _choices(form: forms.Form, name: str, offered: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = offered or [("", "—")]


def _initial(campaign: Campaign) -> dict[str, Any]:
    audience = campaign.audience
    known = audiences.find(audience)
    names = ("name", "control_percent", "attribution_days", "cap_messages", "cap_days",
             "quiet_from", "quiet_until")  # fmt: skip
    return {
        **{name: getattr(campaign, name) for name in names},
        "kind": audience.get("kind", ""),
        "choice": audience.get(known.choice_name, "") if known and known.choice_name else "",
        "days": audience.get("days", 30),
        "min_points": audience.get("min_points", 1),
    }


def seen_at(data: Any) -> Any:
    """When the page saw the object changed last; refused when it does not say."""
    try:
        moment = parse_datetime(data.get("seen_at", ""))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidInput(gettext("The page is too old: reload it."))
    return moment


class ChannelForm(forms.Form):
    """What a send costs and how much of it gets read."""

    price = ReadersDecimalField(
        label=_("Price of one send"), min_value=Decimal(0), max_value=Decimal(1_000),
        max_digits=10, decimal_places=6,
        help_text=_("For SMS: of one segment. Launched campaigns keep the price they had."),
    )  # fmt: skip
    read_rate = ReadersDecimalField(
        label=_("Gets read, %"), min_value=Decimal(0), max_value=Decimal(100),
        max_digits=5, decimal_places=2,
        help_text=_("The forecast goes by it; so does the report where a channel cannot tell."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("May be used in campaigns"), required=False)
    test_addresses = forms.CharField(
        label=_("Addresses for tests"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("One a line, at most ten. A letter may also go to everybody in the team."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, channel: Channel, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.channel = channel

    def clean_test_addresses(self) -> list[str]:
        """Each in the form that the channel writes to; the first wrong one is named."""
        lines = [line.strip() for line in self.cleaned_data["test_addresses"].splitlines()]
        given = list(dict.fromkeys(self._address(line) for line in lines if line))
        if len(given) > MOST_TEST_ADDRESSES:
            raise forms.ValidationError(_("Leave ten addresses at most."))
        return given

    def _address(self, line: str) -> str:
        try:
            if self.channel.kind == "email":
                return emails.normalise(line)
            return phones.normalise(line, self.channel.workspace.phone_region)
        except Fault as error:
            message = gettext("“%(line)s” is not an address of this channel.") % {"line": line}
            raise forms.ValidationError(message) from error


class TestForm(forms.Form):
    """A message to ourselves."""

    __test__ = False
    address = forms.ChoiceField(label=_("To"))
    text = forms.CharField(label=_("Text"), max_length=160)

    def __init__(self, data: Any = None, *, addresses: list[str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        _choices(self, "address", [(one, one) for one in addresses])


class TemplateForm(forms.Form):
    """The texts of a message; an SMS has no subject and no HTML."""

    name = forms.CharField(label=_("Name"), max_length=120)
    subject = forms.CharField(label=_("Subject"), max_length=250, required=False)
    html = forms.CharField(
        label=_("HTML"), required=False, max_length=200_000, strip=False,
        widget=forms.Textarea(attrs={"class": "h-80", "spellcheck": "false"}),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Text"), max_length=20_000, strip=False,
        widget=forms.Textarea(attrs={"class": "h-40"}),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: Any = None, *, channel_kind: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if channel_kind != "email":
            del self.fields["subject"], self.fields["html"]
