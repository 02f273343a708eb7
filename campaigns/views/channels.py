"""Channels: kind, price, read rate, and whether the provider answers."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Channel
from campaigns.services import probing
from core import clock, toasts
from core.blocks import Column
from core.web import Page, ScopedRequest

COLUMNS = [
    Column(_("Name")),
    Column(_("State")),
    Column(_("Price of a message"), end=True),
    Column(_("Gets read"), end=True),
    Column(_("Tested"), end=True),
    Column(""),
]


class Channels(Page):
    permission = "campaigns.view"
    template_name = "campaigns/channels.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        rows = list(Channel.objects.within(request.scope).order_by("price_micros", "name"))
        return self.show(rows=rows, columns=COLUMNS)


class TestChannel(Page):
    """Connect without writing to anybody."""

    permission = "channels.configure"
    http_method_names = ["post"]
    __test__ = False

    def post(self, request: ScopedRequest, channel: int) -> HttpResponse:
        found = get_object_or_404(Channel.objects.within(request.scope), pk=channel)
        error = probing.probe(scope=request.scope, channel=found, at=clock.now())
        words = gettext("The channel does not answer") if error else gettext("The channel answers")
        toasts.on_next_page(request, words)
        return redirect("campaigns:channels", request.workspace.slug)
