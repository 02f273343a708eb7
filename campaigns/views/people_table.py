"""The people of a run by where they stopped: tabs, one page of rows, and the file of everybody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, QueryDict, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Run
from campaigns.selectors import run_people, windows
from campaigns.selectors.run_people import Row
from campaigns.services import exporting
from campaigns.views import words
from campaigns.views.report import Report
from core import clock
from core.ui.blocks import Column, Tab
from core.ui.listing import address
from core.web import Page, ScopedRequest
from crm import spreadsheets

COLUMNS = [
    Column(_("Person")),
    Column(_("Contact"), hide_small=True),
    Column(_("Path"), hide_small=True),
    Column(_("Outcome")),
    Column(_("When"), end=True),
    Column(_("Order total"), end=True, hide_small=True),
]
ORDER = ("bought", "clicked", "read", "delivered", "accepted", "waiting", "not_sent", "control")
SIZE = 20


@dataclass(frozen=True)
class Told:
    """A row with its outcome in words."""

    row: Row
    outcome: str


@dataclass(frozen=True)
class PeoplePage:
    """What the table component reads: rows and the addresses of the next and previous page."""

    rows: Sequence[Told]
    find: str
    after: str
    before: str
    total: int | None
    kept: Sequence[tuple[str, str]]
    sort: str = ""
    descending: bool = False
    is_estimate: bool = False


def links(request: ScopedRequest, run: Run) -> dict[str, str]:
    """The address of each stage's people."""
    page = reverse("campaigns:run", args=[request.workspace.slug, run.pk])
    return {stage: f"{page}?people={stage}#people" for stage in ORDER}


def context(request: ScopedRequest, told: Report) -> dict[str, Any]:
    stage = request.GET.get("people") or next((s for s in ORDER if told.stages[s]), "bought")
    if stage not in ORDER:
        raise Http404(stage)
    find = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = run_people.page(
        run=told.run, ends_at=told.money.ends_at, stage=stage, find=find,
        after=_number(request.GET, "after"), before=_number(request.GET, "before"), size=SIZE,
    )  # fmt: skip
    return {
        "people_stage": stage,
        "people_columns": COLUMNS,
        "people_page": _page(request, stage, find, found, told),
        "people_tabs": _tabs(request, told, stage),
    }


def _page(
    request: ScopedRequest, stage: str, find: str, found: run_people.Slice, told: Report
) -> PeoplePage:
    rows, asked = found.rows, request.GET
    return PeoplePage(
        rows=[Told(row, outcome(row)) for row in rows],
        find=find,
        after=_turn(asked, "after", rows[-1:]) if found.has_after else "",
        before=_turn(asked, "before", rows[:1]) if found.has_before else "",
        total=None if find else told.stages[stage],
        kept=[("people", stage)],
    )


def _turn(asked: QueryDict, name: str, edge: Sequence[Row]) -> str:
    if not edge:
        return ""
    other = "before" if name == "after" else "after"
    return address(asked, **{name: str(edge[0].member_id), other: "", "part": ""}) + "#people"


def _number(asked: QueryDict, name: str) -> int:
    text = asked.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0  # noqa: PLR2004 - a bigint


def _tabs(request: ScopedRequest, told: Report, current: str) -> list[Tab]:
    at = links(request, told.run)
    return [
        Tab(words.STAGES[stage], at[stage], stage == current, told.stages[stage])
        for stage in ORDER
        if told.stages[stage] or stage in {current, "bought"}
    ]


def outcome(row: Row) -> str:
    """What became of one person, in words."""
    channel = words.channel(row.path[-1].kind) if row.path else ""
    last = next((mark for mark in reversed(row.path) if mark.state == "accepted"), None)
    channel = words.channel(last.kind) if last else channel
    if row.stage == "not_sent":
        return words.reason(row.reason).capitalize()
    if row.stage == "control":
        bought = row.spent is not None
        return gettext("Bought without the send") if bought else gettext("Bought nothing")
    said = {
        "bought": gettext("Clicked in %(channel)s, bought"),
        "clicked": gettext("Clicked in %(channel)s"),
        "read": gettext("Read %(channel)s"),
        "delivered": gettext("%(channel)s delivered"),
        "accepted": gettext("%(channel)s accepted"),
        "waiting": gettext("Waits for %(channel)s"),
    }
    return said[row.stage] % {"channel": channel}


class RunExport(Page):
    """Everybody of a run as CSV, formulas disarmed; who took it is in the audit log."""

    permission = "customers.export"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, run: int) -> StreamingHttpResponse:
        from campaigns.views.runs import run_of

        found = run_of(request, run)
        exporting.record(scope=request.scope, run=found, at=clock.now())
        named = spreadsheets.headers(f"run-{found.pk}")
        return StreamingHttpResponse(lines(found), headers=named)


def lines(run: Run) -> Iterator[str]:
    """A line a person; money in whole units, instants in ISO 8601."""
    head = (_("Customer"), _("Person"), _("Contact"), _("Stage"), _("Outcome"), _("When"),
            _("Order total"))  # fmt: skip
    yield spreadsheets.MARK + spreadsheets.line(head)
    ends_at = windows.window_end(run)
    for row in run_people.every(run=run, ends_at=ends_at, stages=list(ORDER)):
        spent = spreadsheets.money(row.spent) if row.spent is not None else ""
        at = row.at.isoformat() if row.at else ""
        yield spreadsheets.line(
            [row.customer_id, row.name, row.contact, str(words.STAGES[row.stage]), outcome(row),
             at, spent]
        )  # fmt: skip
