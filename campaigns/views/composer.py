"""The composer of one campaign: whom, what in which order, what it costs, what is wrong with it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns import audiences
from campaigns.errors import AudienceInvalid, AudienceUnknown
from campaigns.forms import TermsForm, seen_at
from campaigns.models import Campaign, CampaignStep, Run
from campaigns.selectors import allowed_tests, drafts, forecasts, previewing
from campaigns.selectors.drafts import Around
from campaigns.selectors.previewing import Preview
from campaigns.services import drafting, editing, starting
from campaigns.views import composer_blocks, words
from campaigns.views.checklist import checklist
from core import clock
from core.errors import DomainError
from core.ui import toasts
from core.ui.blocks import Crumb
from core.web import Page, ScopedRequest

OPEN = ("freezing", "running", "paused")
HOURS = (1, 3, 6, 12, 24, 48, 72)


class Composer(Page):
    """The whole page; nothing is written by looking at it."""

    permission = "campaigns.view"
    template_name = "campaigns/composer.html"

    def get(self, request: ScopedRequest, campaign: int) -> HttpResponse:
        return self.show_with(campaign_of(request, campaign))

    def show_with(self, campaign: Campaign, refusal: DomainError | None = None) -> HttpResponse:
        """The page, with what was refused."""
        context = composition(self.request, campaign, TermsForm(campaign=campaign))
        context |= {"refusal": refusal, "crumbs": _crumbs(self.request)}
        return self.show(status=refusal.status if refusal else 200, **context)


def composition(request: ScopedRequest, campaign: Campaign, form: TermsForm) -> dict[str, Any]:
    """Every part of the composer, drawn from what is saved."""
    at, shop = clock.now(), request.workspace
    steps = drafts.steps_of(scope=request.scope, campaign=campaign)
    around = around_of(request, campaign, at)
    reader = around.reader if around else None
    previews = [previewing.preview(step=step, reader=reader, shop=shop) for step in steps]
    begins = starting.begins_at(workspace=shop, steps=steps, at=at)
    planned = _forecast(campaign, steps, begins, previews)
    latest = campaign.runs.order_by("-id").first()
    checks = checklist(
        campaign, steps, planned, previews, at=begins,
        is_running=latest is not None and latest.state in OPEN, is_unsaved=bool(form.errors),
    )  # fmt: skip
    receive = planned.receive if planned else 0
    return {
        "workspace": shop,
        "campaign": campaign,
        "form": form,
        "latest": latest,
        "state": words.STATES[latest.state if latest else "draft"],
        "around": around,
        "checks": checks,
        "receive": receive,
        "typed": str(receive) if receive > starting.TYPE_ABOVE else "",
        "saved_by": drafts.last_change(scope=request.scope, campaign=campaign),
        "seen": campaign.updated_at.isoformat(),
        "begins": begins,
        "targets": allowed_tests.targets(scope=request.scope, steps=steps, at=at),
        "ends": begins + sum((step.wait for step in steps), timedelta(0)),
        **_choices(request),
        **_drawn(request, campaign, steps, planned, previews),
    }


def _drawn(
    request: ScopedRequest, campaign: Campaign, steps: Sequence[CampaignStep],
    planned: forecasts.Forecast | None, previews: Sequence[Preview],
) -> dict[str, Any]:  # fmt: skip
    """The steps as cards, each with its row and its preview; the chosen one is open."""
    drawn = composer_blocks.context(request.workspace, campaign, planned, previews)
    asked = request.POST.get("step") or request.GET.get("step", "")
    chosen = int(asked) if asked.isdecimal() and 0 < int(asked) <= len(steps) else 1
    blocks = drawn["blocks"] or [None] * len(steps)
    cards = [
        {"step": step, "block": block, "preview": preview, "is_open": step.position == chosen}
        for step, block, preview in zip(steps, blocks, previews, strict=True)
    ]
    return drawn | {"cards": cards, "chosen": chosen}


def _choices(request: ScopedRequest) -> dict[str, Any]:
    return {
        "may_edit": request.scope.allows("campaigns.edit"),
        "may_launch": request.scope.allows("campaigns.launch"),
        "channels": drafts.channels(scope=request.scope),
        "texts": drafts.texts(scope=request.scope),
        "waits": [(hours, words.wait_hours(hours)) for hours in HOURS],
        "stop_facts": list(words.STOP_FACTS.items()),
    }


def around_of(request: ScopedRequest, campaign: Campaign, at: datetime) -> Around | None:
    """The person in the preview and those beside; None where the audience is empty."""
    asked = request.POST.get("person") or request.GET.get("person", "")
    person = int(asked) if asked.isdecimal() and len(asked) < 19 else 0  # noqa: PLR2004 - a bigint
    try:
        return drafts.reader_at(campaign=campaign, at=at, person=person)
    except (AudienceUnknown, AudienceInvalid):
        return None


def _forecast(
    campaign: Campaign, steps: Sequence[CampaignStep], at: datetime, previews: Sequence[Preview]
) -> forecasts.Forecast | None:
    """None where there is nothing to count: no steps, no audience."""
    if not steps:
        return None
    units = [
        preview.segments.count if step.channel.kind == "sms" else 1
        for step, preview in zip(steps, previews, strict=True)
    ]
    try:
        return forecasts.forecast(campaign=campaign, steps=steps, at=at, segments=units)
    except (AudienceUnknown, AudienceInvalid):
        return None


def answer(
    request: ScopedRequest, campaign: Campaign, form: TermsForm | None = None,
    *, refusal: DomainError | None = None, with_preview: bool = False,
) -> HttpResponse:  # fmt: skip
    """The parts that follow from what was saved, each replacing itself on the page."""
    form = form or _terms_on(request, campaign)
    context = composition(request, campaign, form)
    context["posted"] = [one for one in form.visible_fields() if one.html_name in request.POST]
    context |= {"refusal": refusal, "with_preview": with_preview, "oob": True}
    return render(request, "campaigns/_composer_answer.html", context)


def _terms_on(request: ScopedRequest, campaign: Campaign) -> TermsForm:
    """An edit of a step brings the terms along: what is wrong there stays said, and locked."""
    data = request.POST if "control_percent" in request.POST else None
    return TermsForm(data, campaign=campaign)


class EditCampaign(Page):
    """Save the terms; htmx gets what follows from them."""

    permission = "campaigns.edit"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, campaign: int) -> HttpResponse:
        found = campaign_of(request, campaign)
        was, name = found.audience.get("kind"), found.name
        form = TermsForm(request.POST, campaign=found)
        if not form.is_valid():
            return answer(request, found, form)
        try:
            editing.edit(
                scope=request.scope, campaign=found, terms=form.terms(),
                seen_at=seen_at(request.POST),
            )  # fmt: skip
        except DomainError as refusal:
            return answer(request, found, form, refusal=refusal)
        shown = answer(request, found, form)
        if (found.audience.get("kind"), found.name) != (was, name):
            shown["HX-Refresh"] = "true"
        return shown


class NewCampaign(Page):
    """A draft from the preset, opened at once; "kind" and "choice" name another audience."""

    permission = "campaigns.edit"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest) -> HttpResponse:
        today = clock.local_day(clock.now(), request.workspace.timezone)
        made = drafting.create(scope=request.scope, today=today, audience=_wanted(request))
        return redirect("campaigns:campaign", request.workspace.slug, made.pk)


def _wanted(request: ScopedRequest) -> dict[str, Any] | None:
    kind, choice = request.POST.get("kind", ""), request.POST.get("choice", "")
    if kind in {"", drafting.USUAL["kind"]}:
        return None
    return audiences.chosen(workspace_id=request.workspace.pk, kind=kind, choice=choice)


class CopyCampaign(Page):
    """Another campaign with the same terms."""

    permission = "campaigns.edit"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, campaign: int) -> HttpResponse:
        found = campaign_of(request, campaign)
        name = gettext("%(name)s, copy") % {"name": found.name}
        made = editing.copy(scope=request.scope, campaign=found, name=name)
        toasts.on_next_page(request, gettext("The copy is a draft of its own."))
        return redirect("campaigns:campaign", request.workspace.slug, made.pk)


class LaunchCampaign(Composer):
    """Launch on exactly the number of people that the button named."""

    permission = "campaigns.launch"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, campaign: int) -> HttpResponse:
        found, posted = campaign_of(request, campaign), request.POST
        people = posted.get("people", "")
        try:
            run: Run = starting.start(
                scope=request.scope,
                campaign=found,
                people=int(people) if people.isdecimal() else 0,
                typed=posted.get("typed", ""),
                at=clock.now(),
            )
        except DomainError as refusal:
            return self.show_with(found, refusal)
        return redirect("campaigns:run", request.workspace.slug, run.pk)


def campaign_of(request: ScopedRequest, pk: int) -> Campaign:
    own = Campaign.objects.within(request.scope).select_related("workspace")
    found: Campaign = get_object_or_404(own, pk=pk)
    return found


def _crumbs(request: ScopedRequest) -> list[Crumb]:
    address = reverse("campaigns:campaigns", args=[request.workspace.slug])
    return [Crumb(_("Campaigns"), address), Crumb(_("Cascade"))]
