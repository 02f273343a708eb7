"""Campaigns in the admin: channels may be connected, the rest is looked at."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from campaigns.models import (
    AudienceMember,
    Campaign,
    CampaignStep,
    Channel,
    Delivery,
    Receipt,
    Run,
    RunLink,
    RunStep,
    Suppression,
    Template,
)
from campaigns.services import adapters
from core.admin import RowAdmin, read_only, register
from core.backoffice.forms import RowForm

ON_CAMPAIGNS = _("Campaigns are edited on the Campaigns page of the workspace.")


class ChannelForm(RowForm):
    """How a channel is connected: an adapter there is, with settings it takes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "adapter" in self.fields:
            names = [(name, name) for name in settings.CHANNEL_ADAPTERS]
            self.fields["adapter"] = forms.ChoiceField(
                choices=names, widget=UnfoldAdminSelectWidget
            )

    def clean_config(self) -> dict[str, Any]:
        config = self.cleaned_data["config"]
        adapter = self.cleaned_data.get("adapter", self.instance.adapter)
        if not isinstance(config, dict):
            raise forms.ValidationError(gettext("Write the settings as {…}."))
        if adapter:
            _require_working(Channel(adapter=adapter, config=config))
        return config


def _require_working(channel: Channel) -> None:
    try:
        adapters.build(channel).close()
    except (ValueError, TypeError, KeyError) as error:
        said = gettext("The adapter does not take these settings: %(why)s") % {"why": error}
        raise forms.ValidationError(said) from error


class ChannelAdmin(RowAdmin):
    """A channel is connected here; what it costs is set on its page, which says so in the log."""

    form = ChannelForm
    fields = ["workspace", "name", "kind", "adapter", "config"]
    note = _("Prices, shares that read and test addresses are set on the Channels page.")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        shown = super().get_readonly_fields(request, obj)
        # Messages on their way were promised by this adapter, to addresses of this kind.
        return [*shown, "kind", "adapter"] if obj else shown


register(
    ChannelAdmin, Channel, show="id workspace name kind adapter price_micros is_active",
    find="name adapter", narrow="kind is_active",
)  # fmt: skip
read_only(
    Template, show="id workspace name channel_kind purpose version", find="name subject",
    narrow="channel_kind purpose",
    note=_("Texts are edited on their own pages, which open from the steps of a campaign."),
)  # fmt: skip
read_only(
    Campaign, show="id workspace name control_percent created_at", find="name", note=ON_CAMPAIGNS
)
read_only(
    CampaignStep, show="id workspace campaign position channel template stop_fact",
    find="campaign__name", note=ON_CAMPAIGNS,
)  # fmt: skip
read_only(
    Run, show="id workspace name campaign state audience_size control_size real_start finished_at",
    find="name campaign__name", narrow="state",
)  # fmt: skip
read_only(
    RunStep, show="id workspace run position channel_kind template_name price_micros",
    find="template_name",
)  # fmt: skip
read_only(RunLink, show="id workspace step position url", find="url")
read_only(
    AudienceMember, show="id workspace run customer is_control stopped_at stop_fact",
    find="customer__id__exact", narrow="is_control",
)  # fmt: skip
read_only(
    Delivery, show="id workspace run step customer state reason due_at accepted_at",
    find="id__exact customer__id__exact provider_message_id", narrow="state",
)  # fmt: skip
read_only(
    Receipt, show="id workspace delivery kind at source is_automatic", find="delivery__id__exact",
    narrow="kind is_automatic",
)  # fmt: skip
read_only(
    Suppression, show="id workspace channel_kind reason since", find="id__exact",
    narrow="channel_kind reason",
)  # fmt: skip
