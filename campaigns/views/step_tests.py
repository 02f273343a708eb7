"""A step's message sent to ourselves from the composer, as the person beside would get it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext

from campaigns.errors import AddressNotAllowed
from campaigns.models import CampaignStep
from campaigns.selectors import previewing
from campaigns.services import configuring
from campaigns.views.composer import around_of, campaign_of
from core import clock
from core.ui import toasts
from core.web import Page, ScopedRequest


class StepTest(Page):
    """One message of one step, to an allowed address."""

    permission = "campaigns.edit"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, campaign: int) -> HttpResponse:
        found, at = campaign_of(request, campaign), clock.now()
        chosen, _bar, address = request.POST.get("target", "").partition("|")
        if not chosen.isdecimal() or len(chosen) > 18:  # noqa: PLR2004 - a bigint
            raise AddressNotAllowed
        steps = found.steps.select_related("channel", "template", "campaign")
        step: CampaignStep = get_object_or_404(steps, pk=chosen)
        around = around_of(request, found, at)
        text = previewing.preview(
            step=step, reader=around.reader if around else None, shop=request.workspace
        )
        if text.error:
            said = gettext("This text cannot be put together: %(why)s") % {"why": text.error}
        else:
            error = configuring.send_test(
                scope=request.scope, channel=step.channel, address=address, text=text.text,
                subject=text.subject, html=text.html, at=at,
            )  # fmt: skip
            said = _said(step.channel.name, error)
        toasts.on_next_page(request, said)
        return redirect("campaigns:campaign", request.workspace.slug, found.pk)


def _said(channel: str, error: str) -> str:
    if error:
        words = {"channel": channel, "why": error}
        return gettext("%(channel)s did not accept the test: %(why)s") % words
    return gettext("%(channel)s accepted the test.") % {"channel": channel}
