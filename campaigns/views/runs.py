"""A run: watched live, steered, then told as a report with the people behind every number."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Run
from campaigns.selectors import hours
from campaigns.services import steering
from campaigns.views import live, outcome_table, people_table, report, words
from campaigns.views.hours_chart import chart_of
from campaigns.views.money_panel import panel_of
from core import clock
from core.errors import InvalidInput
from core.ui import toasts
from core.ui.blocks import Column, Crumb
from core.web import Page, ScopedRequest

OPEN = frozenset({"freezing", "running", "paused"})
STEERING: dict[str, tuple[Callable[..., None], Any]] = {
    "pause": (steering.pause, _("The send is paused. What is on its way arrives.")),
    "resume": (steering.resume, _("The send is resumed.")),
    "cancel": (steering.cancel, _("The send is cancelled. What is on its way arrives.")),
}


class RunPage(Page):
    """The whole page; `?part=report` is the report and its people, asked again while they grow."""

    permission = "campaigns.view"
    template_name = "campaigns/run.html"

    def get(self, request: ScopedRequest, run: int) -> HttpResponse:
        found = run_of(request, run)
        if request.GET.get("part") == "report":
            self.template_name = "campaigns/_report_answer.html"
            return self.show(**frame(request, found), **_report(request, found))
        return self.show(
            **frame(request, found),
            **live.context(found, clock.now()),
            **_report(request, found),
            crumbs=_crumbs(request),
        )


def frame(request: ScopedRequest, run: Run) -> dict[str, Any]:
    """What the head and the live part need."""
    return {
        "run": run,
        "state": words.STATES[run.state],
        "is_open": run.state in OPEN,
        "may_launch": request.scope.allows("campaigns.launch"),
        "may_export": request.scope.allows("customers.export"),
    }


def _crumbs(request: ScopedRequest) -> list[Crumb]:
    slug = request.workspace.slug
    return [
        Crumb(_("Campaigns"), reverse("campaigns:campaigns", args=[slug])),
        Crumb(_("Report")),
    ]


def _report(request: ScopedRequest, run: Run) -> dict[str, Any]:
    """Everything under the head; before the audience is frozen there is nothing to tell."""
    if run.state == "freezing" or not run.audience_size:
        return {"report": None}
    told, currency = report.report_of(run), request.workspace.currency
    return {
        **report.context(told, currency),
        "panel": panel_of(told, currency),
        "outcome": outcome_table.rows(told, currency),
        "hours": chart_of(hours.clicks_by_hour(run=run), run, request.workspace.timezone),
        "step_columns": step_columns(),
        **people_table.context(request, told),
    }


def step_columns() -> list[Column]:
    return [
        Column(_("Channel")),
        Column(_("Sent"), end=True),
        Column(_("Delivered"), end=True),
        Column(_("Read"), end=True, definition=words.read()),
        Column(_("Clicked"), end=True),
        Column(_("Bought"), end=True, definition=report.bought_definition()),
        Column(_("Cost"), end=True, definition=words.cost()),
        Column(_("Per read"), end=True, definition=words.cost_per_read()),
    ]


def run_of(request: ScopedRequest, pk: int) -> Run:
    """The run of this workspace, with what every part of the page reads of it."""
    own = Run.objects.within(request.scope).select_related(
        "campaign", "workspace", "job", "launched_by"
    )
    found: Run = get_object_or_404(own.prefetch_related("steps"), pk=pk)
    return found


class RunLive(Page):
    """The live part alone; when the state has changed, the whole page is asked for again."""

    permission = "campaigns.view"

    def get(self, request: ScopedRequest, run: int) -> HttpResponse:
        found = run_of(request, run)
        context = frame(request, found) | live.context(found, clock.now())
        answer = render(request, "campaigns/_live.html", context | {"workspace": request.workspace})
        if request.GET.get("state", found.state) != found.state:
            answer["HX-Refresh"] = "true"
        return answer


class SteerRun(Page):
    """Pause, resume or cancel."""

    permission = "campaigns.launch"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, run: int) -> HttpResponse:
        found, verb = run_of(request, run), request.POST.get("verb", "")
        if verb not in STEERING:
            raise InvalidInput(gettext("Say whether to pause, to go on or to cancel."))
        steer, said = STEERING[verb]
        steer(scope=request.scope, run=found, at=clock.now())
        toasts.on_next_page(request, str(said))
        return redirect("campaigns:run", request.workspace.slug, found.pk)
