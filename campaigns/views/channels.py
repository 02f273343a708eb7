"""Channels: what each costs, how much of it gets read, whether it answers; a test to ourselves."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.forms import ChannelForm, TestForm
from campaigns.models import Channel
from campaigns.selectors import allowed_tests
from campaigns.services import configuring
from core import clock
from core.errors import DomainError
from core.ui import toasts
from core.ui.blocks import Column, Crumb
from core.web import Page, ScopedRequest

BROKEN_AFTER = 20
# Settings of a channel that are no secrets; what an adapter is told besides stays unseen.
SHOWN = {
    "host": _("Server"), "port": _("Port"), "security": _("Encryption"), "sender": _("Sender"),
    "url": _("Address of the gateway"), "username": _("User name"),
}  # fmt: skip
COLUMNS = [
    Column(_("Channel")),
    Column(_("State")),
    Column(_("Connection"), hide_small=True),
    Column(_("Price of a send"), end=True),
    Column(_("Gets read"), end=True),
    Column(_("Last test"), end=True, hide_small=True),
]


class Channels(Page):
    permission = "campaigns.view"
    template_name = "campaigns/channels.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        rows = list(Channel.objects.within(request.scope).order_by("price_micros", "name"))
        may_edit = request.scope.allows("channels.configure")
        return self.show(rows=rows, columns=COLUMNS, may_edit=may_edit, broken_after=BROKEN_AFTER)


class ChannelPage(Page):
    """One channel: its figures, and a test."""

    permission = "channels.configure"
    template_name = "campaigns/channel.html"

    def get(self, request: ScopedRequest, channel: int) -> HttpResponse:
        found = _channel(request, channel)
        return self.show_with(found, ChannelForm(initial=_initial(found), channel=found))

    def post(self, request: ScopedRequest, channel: int) -> HttpResponse:
        found = _channel(request, channel)
        form = ChannelForm(request.POST, channel=found)
        if not form.is_valid():
            return self.show_with(found, form, status=422)
        values = form.cleaned_data
        configuring.configure(
            scope=request.scope, channel=found, price=values["price"],
            read_rate=values["read_rate"] / 100, is_active=values["is_active"],
            test_addresses=values["test_addresses"],
        )  # fmt: skip
        toasts.on_next_page(request, gettext("The channel is saved."))
        return redirect("campaigns:channels", request.workspace.slug)

    def show_with(self, channel: Channel, form: ChannelForm, *, status: int = 200) -> HttpResponse:
        return self.show(status=status, form=form, **_frame(self.request, channel))


class SendTest(ChannelPage):
    """One message to an allowed address."""

    http_method_names = ["post"]

    def post(self, request: ScopedRequest, channel: int) -> HttpResponse:
        found = _channel(request, channel)
        try:
            error = configuring.send_test(
                scope=request.scope, channel=found, address=request.POST.get("address", ""),
                text=request.POST.get("text", "")[:160] or gettext("A test from Rondo"),
                at=clock.now(),
            )  # fmt: skip
        except DomainError as refusal:
            return self.show(
                status=refusal.status, form=ChannelForm(initial=_initial(found), channel=found),
                refusal=refusal, **_frame(request, found),
            )  # fmt: skip
        said = gettext("The channel did not accept the test: %(why)s") % {"why": error}
        toasts.on_next_page(request, said if error else gettext("The channel accepted the test."))
        return redirect("campaigns:channel", request.workspace.slug, found.pk)


def _channel(request: ScopedRequest, pk: int) -> Channel:
    found: Channel = get_object_or_404(
        Channel.objects.within(request.scope).select_related("workspace"), pk=pk
    )
    return found


def _initial(channel: Channel) -> dict[str, Any]:
    price = Decimal(channel.price_micros) / configuring.MICROS
    return {
        "price": price,
        "read_rate": channel.read_rate * 100,
        "is_active": channel.is_active,
        "test_addresses": "\n".join(channel.config.get("test_addresses", [])),
    }


def _frame(request: ScopedRequest, channel: Channel) -> dict[str, Any]:
    addresses = allowed_tests.addresses(scope=request.scope, channel=channel, at=clock.now())
    home = reverse("campaigns:channels", args=[request.workspace.slug])
    return {
        "channel": channel,
        "crumbs": [Crumb(_("Channels"), home), Crumb(channel.name)],
        "addresses": addresses,
        "test_form": TestForm(
            addresses=addresses, initial={"text": gettext("A test from Rondo")}, prefix=None
        ),
        "config": sorted(
            (str(SHOWN[key]), value)
            for key, value in channel.config.items()
            if key in SHOWN and isinstance(value, str | int)
        ),
        "broken_after": BROKEN_AFTER,
    }
