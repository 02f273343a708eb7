"""Steps of a cascade, changed in place; the answer is what follows from the change."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect

from campaigns.forms import seen_at
from campaigns.models import Campaign
from campaigns.services import drafting
from campaigns.services.drafting import StepTerms
from campaigns.views.composer import answer, campaign_of
from core.errors import DomainError, NotFound
from core.web import Page, ScopedRequest

MOVES = ("up", "down")


class AddStep(Page):
    """One more step at the end."""

    permission = "campaigns.edit"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, campaign: int) -> HttpResponse:
        found = campaign_of(request, campaign)
        try:
            drafting.add_step(scope=request.scope, campaign=found, seen_at=seen_at(request.POST))
        except DomainError as refusal:
            return _answer(request, found, refusal)
        return _answer(request, found)


class ChangeStep(Page):
    """A step's channel, text, wait or stop fact; or the step is moved or taken out."""

    permission = "campaigns.edit"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, campaign: int, step: int) -> HttpResponse:
        found = campaign_of(request, campaign)
        if not found.steps.filter(pk=step).exists():
            raise NotFound
        try:
            self._change(request, found, step)
        except DomainError as refusal:
            return _answer(request, found, refusal)
        return _answer(request, found)

    def _change(self, request: ScopedRequest, campaign: Campaign, step: int) -> None:
        seen = seen_at(request.POST)
        if request.POST.get("verb") == "remove":
            drafting.remove_step(scope=request.scope, campaign=campaign, step_id=step, seen_at=seen)
            return
        if request.POST.get("verb") in MOVES:
            drafting.move_step(
                scope=request.scope, campaign=campaign, step_id=step,
                up=request.POST["verb"] == "up", seen_at=seen,
            )  # fmt: skip
            return
        drafting.change_step(
            scope=request.scope, campaign=campaign, step_id=step, terms=_terms(request),
            seen_at=seen,
        )  # fmt: skip


def _terms(request: ScopedRequest) -> StepTerms:
    hours = _number(request, "wait")
    return StepTerms(
        channel_id=_number(request, "channel"),
        template_id=_number(request, "template"),
        wait=timedelta(hours=min(hours, 10_000)) if hours is not None else None,
        stop_fact=request.POST.get("stop_fact"),
    )


def _number(request: ScopedRequest, name: str) -> int | None:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None  # noqa: PLR2004 - a bigint


def _answer(
    request: ScopedRequest, campaign: Campaign, refusal: DomainError | None = None
) -> HttpResponse:
    if request.headers.get("HX-Request") != "true":
        if refusal is not None:
            raise refusal
        return redirect("campaigns:campaign", request.workspace.slug, campaign.pk)
    return answer(request, campaign, refusal=refusal, with_preview=True)
