"""The list of campaigns and the composer of one."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns import audiences
from campaigns.errors import AudienceChanged
from campaigns.forms import CampaignForm
from campaigns.models import Campaign, CampaignStep
from campaigns.selectors import forecasts, runs
from campaigns.services import checking, editing, launching, previewing
from campaigns.views import composer_blocks
from campaigns.views.words import STATES
from core import clock, listing, toasts
from core.blocks import Column, Crumb
from core.errors import DomainError
from core.web import Page, ScopedRequest

DEMO_SPEED = 3600
TYPE_ABOVE = 10_000
COLUMNS = [
    Column(_("Name"), sort="name"),
    Column(_("State")),
    Column(_("Audience"), end=True),
    Column(_("Sent"), end=True),
    Column(_("Changed"), sort="changed", end=True),
]


class Campaigns(Page):
    """Every campaign with the state of its latest run."""

    permission = "campaigns.view"
    template_name = "campaigns/campaigns.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        found = runs.campaigns(scope=request.scope, find=request.GET.get("q", ""))
        page = listing.page(
            found,
            request.GET,
            sorts={"name": "name", "changed": "updated_at"},
            default="-changed",
            total=found.count(),
        )
        latest = [row.latest_run for row in page.rows if row.latest_run]  # type: ignore[attr-defined]
        by_id = runs.by_id(scope=request.scope, run_ids=latest)
        progress = runs.progress(run_ids=latest)
        rows = [
            {
                "campaign": row,
                "run": (run := by_id.get(row.latest_run)),  # type: ignore[attr-defined]
                "progress": progress.get(row.latest_run),  # type: ignore[attr-defined]
                "tone": STATES[run.state].tone if run else "neutral",
            }
            for row in page.rows
        ]
        is_live = any(run.state in {"freezing", "running"} for run in by_id.values())
        return self.show(page=page, rows=rows, columns=COLUMNS, is_live=is_live)


class Composer(Page):
    """One campaign: whom, what in which order, what it costs, what is wrong with it."""

    permission = "campaigns.view"
    template_name = "campaigns/composer.html"

    def get(self, request: ScopedRequest, campaign: int) -> HttpResponse:
        found = _campaign(request, campaign)
        return self.show_with(found, CampaignForm(campaign=found, steps=_steps(found)))

    def show_with(
        self, campaign: Campaign, form: CampaignForm, refusal: DomainError | None = None
    ) -> HttpResponse:
        """The whole page, with what was entered or refused."""
        steps, at = _steps(campaign), clock.now()
        readers = _readers(campaign, at)
        chosen = self.request.GET.get("person", "")
        reader = next((one for one in readers if str(one.customer_id) == chosen), None)
        reader = reader or (readers[0] if readers else None)
        shop = self.request.workspace
        previews = [previewing.preview(step=s, reader=reader, shop=shop) for s in steps]
        planned = _forecast(campaign, steps, at, previews)
        findings = checking.findings(campaign=campaign, steps=steps)
        receive = planned.receive if planned else 0
        return self.show(
            status=refusal.status if refusal else 422 if form.errors else 200,
            campaign=campaign,
            crumbs=_crumbs(self.request),
            form=form,
            refusal=refusal,
            readers=readers,
            reader=reader,
            previews=list(zip(steps, previews, strict=True)),
            findings=findings,
            errors=sum(one.level == "error" for one in findings),
            latest=campaign.runs.order_by("-id").first(),
            receive=receive,
            typed=str(receive) if receive > TYPE_ABOVE else "",
            audience_label=composer_blocks.audience_label(campaign),
            **composer_blocks.context(shop, campaign, planned, previews),
        )


class EditCampaign(Composer):
    """Save the terms."""

    permission = "campaigns.edit"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, campaign: int) -> HttpResponse:
        found = _campaign(request, campaign)
        form = CampaignForm(request.POST, campaign=found, steps=_steps(found))
        if not form.is_valid():
            return self.show_with(found, form)
        try:
            editing.edit(
                scope=request.scope, campaign=found, terms=form.terms(), seen_at=form.seen()
            )
        except DomainError as refusal:
            return self.show_with(found, form, refusal)
        toasts.on_next_page(request, gettext("The campaign is saved"))
        return redirect("campaigns:campaign", request.workspace.slug, found.pk)


class CopyCampaign(Page):
    """Another campaign with the same terms."""

    permission = "campaigns.edit"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, campaign: int) -> HttpResponse:
        found = _campaign(request, campaign)
        name = gettext("%(name)s, copy") % {"name": found.name}
        made = editing.copy(scope=request.scope, campaign=found, name=name)
        return redirect("campaigns:campaign", request.workspace.slug, made.pk)


class LaunchCampaign(Composer):
    """Launch on exactly the number of people that the button named."""

    permission = "campaigns.launch"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, campaign: int) -> HttpResponse:
        found, at = _campaign(request, campaign), clock.now()
        try:
            self._require_same_number(found, at)
            run = launching.launch(
                scope=request.scope,
                campaign=found,
                at=at,
                speed=DEMO_SPEED if request.workspace.is_demo else 1,
            )
        except DomainError as refusal:
            form = CampaignForm(campaign=found, steps=_steps(found))
            return self.show_with(found, form, refusal)
        return redirect("campaigns:run", request.workspace.slug, run.pk)

    def _require_same_number(self, campaign: Campaign, at: datetime) -> None:
        """A number that has changed since the page was loaded is shown first."""
        steps = _steps(campaign)
        planned = forecasts.forecast(
            campaign=campaign, steps=steps, at=at, segments=[1] * len(steps)
        )
        expected = self.request.POST.get("expected", "")
        typed = self.request.POST.get("typed", "").replace(" ", "").replace("\u00a0", "")
        if expected != str(planned.receive):
            raise AudienceChanged
        if planned.receive > TYPE_ABOVE and typed != expected:
            raise AudienceChanged(gettext("Type the number of people to confirm."))


def _campaign(request: ScopedRequest, pk: int) -> Campaign:
    found: Campaign = get_object_or_404(Campaign.objects.within(request.scope), pk=pk)
    return found


def _steps(campaign: Campaign) -> list[CampaignStep]:
    found = CampaignStep.objects.within(campaign.workspace_id).filter(campaign=campaign)
    return list(found.select_related("channel", "template").order_by("position"))


def _readers(campaign: Campaign, at: datetime) -> list[previewing.Reader]:
    try:
        return previewing.readers(campaign=campaign, at=at)
    except DomainError:
        return []


def _forecast(
    campaign: Campaign, steps: list[CampaignStep], at: datetime, previews: list[Any]
) -> forecasts.Forecast | None:
    """None where there is nothing to count: no steps, no audience."""
    if not steps:
        return None
    units = [
        one.segments.count if step.channel.kind == "sms" else 1
        for step, one in zip(steps, previews, strict=True)
    ]
    try:
        audiences.kind_of(campaign.audience)
        return forecasts.forecast(campaign=campaign, steps=steps, at=at, segments=units)
    except DomainError:
        return None


def _crumbs(request: ScopedRequest) -> list[Crumb]:
    return [Crumb(_("Campaigns"), reverse("campaigns:campaigns", args=[request.workspace.slug]))]
