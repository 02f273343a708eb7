"""A run: live progress, then its report; people by where they got to; pause, resume, cancel."""

import csv
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Run
from campaigns.selectors import money as money_reads
from campaigns.selectors import people, runs
from campaigns.services import steering
from campaigns.views import report_blocks
from campaigns.views.words import STATES
from core import clock, toasts
from core.blocks import Column, Crumb, Tab
from core.web import Page, ScopedRequest

LIVE = frozenset({"freezing", "running"})
PAGE = 20
COLUMNS = [
    Column(_("Person")),
    Column(_("Contact"), hide_small=True),
    Column(_("Way"), hide_small=True),
    Column(_("Outcome")),
    Column(_("When"), hide_small=True),
    Column(_("Order"), end=True),
]
STEP_COLUMNS = [
    Column(_("Channel")),
    Column(_("Sent"), end=True),
    Column(_("Delivered"), end=True),
    Column(_("Read"), end=True),
    Column(_("Clicked"), end=True),
    Column(_("Bought"), end=True),
    Column(_("Cost"), end=True),
    Column(_("For a read"), end=True),
]


class RunPage(Page):
    """The report; while the run lives, its middle asks for itself again."""

    permission = "campaigns.view"
    template_name = "campaigns/run.html"

    def get(self, request: ScopedRequest, run: int) -> HttpResponse:
        found = _run(request, run)
        if request.GET.get("part") == "report":
            self.template_name = "campaigns/_report.html"
        return self.show(**self._context(found))

    def _context(self, run: Run) -> dict[str, Any]:
        slug = self.request.workspace.slug
        return {
            "run": run,
            "tone": STATES[run.state].tone,
            "is_live": run.state in LIVE,
            "crumbs": [
                Crumb(_("Campaigns"), reverse("campaigns:campaigns", args=[slug])),
                Crumb(
                    run.campaign.name, reverse("campaigns:campaign", args=[slug, run.campaign_id])
                ),
            ],
            "progress": runs.progress(run_ids=[run.pk]).get(run.pk, runs.Progress()),
            **report(run, self.request),
        }


def report(run: Run, request: ScopedRequest) -> dict[str, Any]:
    """Everything below the head of the page."""
    counts, money = people.counts(run=run), money_reads.money_of(run=run)
    tabs = report_blocks.people_tabs(counts)
    stage = request.GET.get("people") or next((s for s, _l, n in tabs if n), "bought")
    if stage not in people.STAGES:
        raise Http404(stage)
    both, verdict = report_blocks.verdict(money)
    return {
        "stats": report_blocks.stats(run, money, counts),
        "stages": report_blocks.funnel(counts),
        "sum_line": report_blocks.sum_line(counts),
        "money": money,
        "treated": run.audience_size - run.control_size,
        "revenue": report_blocks.revenue_rows(run, money),
        "axis": report_blocks.axis(money),
        "both_groups": both,
        "verdict": verdict,
        "is_backdated": run.business_start < run.real_start,
        "step_columns": STEP_COLUMNS,
        "business_end": money.ends_at,
        **_people(run, request, stage, tabs),
    }


def _people(
    run: Run, request: ScopedRequest, stage: str, tabs: list[tuple[str, str, int]]
) -> dict[str, Any]:
    after = request.GET.get("after", "0")
    found = people.page(
        run=run, stage=stage, after=int(after) if after.isdecimal() else 0, limit=PAGE + 1
    )
    rows, slug = found[:PAGE], request.workspace.slug
    address = reverse("campaigns:run", args=[slug, run.pk])
    return {
        "stage": stage,
        "people": [
            {"person": one, "outcome": report_blocks.outcome(one.stage, one.reason)} for one in rows
        ],
        "people_columns": COLUMNS,
        "people_tabs": [
            Tab(label, f"{address}?people={name}#people", name == stage, number)
            for name, label, number in tabs
        ],
        "people_next": f"{address}?people={stage}&after={rows[-1].member_id}#people"
        if len(found) > PAGE
        else "",
        "people_total": next((number for name, _label, number in tabs if name == stage), 0),
    }


class SteerRun(Page):
    """Pause, resume or cancel."""

    permission = "campaigns.launch"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, run: int, verb: str) -> HttpResponse:
        found = _run(request, run)
        moves = {"pause": steering.pause, "resume": steering.resume, "cancel": steering.cancel}
        if verb not in moves:
            raise Http404(verb)
        moves[verb](scope=request.scope, run=found, at=clock.now())
        toasts.on_next_page(request, gettext("Done: %(state)s") % {"state": _state(found)})
        return redirect("campaigns:run", request.workspace.slug, found.pk)


class RunExport(Page):
    """Everybody of a run with what became of them, as CSV."""

    permission = "customers.export"

    def get(self, request: ScopedRequest, run: int) -> StreamingHttpResponse:
        found = _run(request, run)
        answer = StreamingHttpResponse(_lines(found), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="run-{found.pk}.csv"'
        return answer


class _Echo:
    """A file that hands each written line on."""

    def write(self, line: str) -> str:
        return line


def _lines(run: Run) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(["customer", "name", "stage", "outcome", "at", "spent"])
    for stage in people.STAGES:
        after = 0
        while rows := people.page(run=run, stage=stage, after=after, limit=1_000):
            after = rows[-1].member_id
            for one in rows:
                words = report_blocks.outcome(one.stage, one.reason)
                yield writer.writerow(
                    [one.customer_id, _plain(one.name), stage, words, one.at or "", one.spent or ""]
                )


def _plain(text: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def _run(request: ScopedRequest, pk: int) -> Run:
    own = Run.objects.within(request.scope).select_related("campaign", "workspace", "job")
    found: Run = get_object_or_404(own, pk=pk)
    return found


def _state(run: Run) -> str:
    run.refresh_from_db()
    return str(run.get_state_display())
