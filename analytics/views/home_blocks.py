"""The lists of the first page: attention, first steps, campaigns, and the demo's story."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.selectors.lifecycle import Page
from analytics.selectors.today import Attention, Steps, Story
from analytics.views.book_drawing import language
from campaigns.models import Run
from campaigns.selectors import campaign_list, runs
from core.models import Workspace
from core.scoping import Scope
from core.ui.blocks import BarRow
from core.wording import formats

SHOWN = 5
CHAPTERS = ("orders", "people", "points", "numbers", "cascade")
STARTS = {"orders": 0, "people": 600, "points": 620, "numbers": 850, "cascade": 950}


@dataclass(frozen=True)
class Line:
    """A line of a list: what, why, its state, and the link that goes on."""

    fact: str
    detail: str = ""
    state: str = "ok"
    href: str = ""
    link: str = ""
    # The kind of audience that "Write to them" opens a campaign for.
    audience: str = ""


@dataclass(frozen=True)
class CampaignRow:
    """A campaign with its latest run: the people of it, the messages that channels accepted."""

    name: str
    href: str
    state: str
    label: str
    people: int
    messages: int
    settled: int
    whole: int


def address(workspace: Workspace, name: str, **words: Any) -> str:
    """A page's address, "" while it does not exist."""
    try:
        return reverse(name, kwargs={"workspace": workspace.slug, **words})
    except NoReverseMatch:
        return ""


def movement(book: list[Page]) -> list[BarRow]:
    """How the number of active customers moved in the newest month."""
    if not book:
        return []
    month = book[-1].month
    flows = (
        (_("From new"), month.new_to_active, "c3"),
        (_("Came back"), month.sleeping_to_active, "c1"),
        (_("Fell asleep"), -month.active_to_sleeping, "c5"),
    )
    widest = max(1, *(abs(count) for _name, count, _tone in flows))
    return [
        BarRow(_("At the start"), month.opening_active, 1, tone=""),
        *(BarRow(name, count, widest, tone=tone) for name, count, tone in flows),
        BarRow(_("At the end"), month.active, 1, tone=""),
    ]


def attention(found: Attention, workspace: Workspace) -> list[Line]:
    """Only what needs somebody: what is broken first, then what can be won."""
    lines = [*_broken(found, workspace), *_stopped(found, workspace)]
    told = [line for count, line in lines if count]
    return [*told, *_burning(found)]


def _broken(found: Attention, workspace: Workspace) -> list[tuple[int, Line]]:
    return [
        (found.parked_facts, Line(
            ngettext("%(n)s fact is parked", "%(n)s facts are parked", found.parked_facts)
            % _counted(found.parked_facts),
            _("A part of the product kept failing to take it; nothing is lost."), "broken",
            address(workspace, "core:events"), _("Look"))),
        (found.failed_jobs, Line(
            ngettext("%(n)s job has failed", "%(n)s jobs have failed", found.failed_jobs)
            % _counted(found.failed_jobs),
            _("In the last seven days."), "broken", address(workspace, "core:jobs"), _("Look"))),
        (found.silent_channels, Line(
            ngettext("%(n)s channel does not answer", "%(n)s channels do not answer",
                     found.silent_channels) % _counted(found.silent_channels),
            _("Its messages wait; sends over other channels go on."), "broken",
            address(workspace, "campaigns:channels"), _("Look"))),
    ]  # fmt: skip


def _stopped(found: Attention, workspace: Workspace) -> list[tuple[int, Line]]:
    campaigns_page = address(workspace, "campaigns:campaigns")
    return [
        (found.unknown_deliveries, Line(
            ngettext("%(n)s message has no known outcome",
                     "%(n)s messages have no known outcome", found.unknown_deliveries)
            % _counted(found.unknown_deliveries),
            _("The provider did not answer; we do not send twice."), "attention",
            campaigns_page, _("Look"))),
        (found.paused_runs, Line(
            ngettext("%(n)s send is paused", "%(n)s sends are paused", found.paused_runs)
            % _counted(found.paused_runs),
            _("Nobody gets anything from it until it is resumed."), "attention",
            f"{campaigns_page}?state=paused", _("Open"))),
        (found.refused_rows, Line(
            ngettext("%(n)s row of a file was refused", "%(n)s rows of files were refused",
                     found.refused_rows) % _counted(found.refused_rows),
            _("Each with its column and reason."), "attention",
            address(workspace, "crm:imports"), _("Look through"))),
    ]  # fmt: skip


def _burning(found: Attention) -> list[Line]:
    """Points that burn within thirty days while nobody has been told of them."""
    if not found.burning_customers or found.were_told:
        return []
    points = formats.as_text(formats.scaled(found.burning_points, language()))
    fact = ngettext(
        "%(points)s points of %(n)s customer expire within 30 days",
        "%(points)s points of %(n)s customers expire within 30 days", found.burning_customers,
    )  # fmt: skip
    return [
        Line(
            fact % {"points": points, **_counted(found.burning_customers)},
            _("Nobody has been reminded of them for 30 days."), "hourglass",
            audience="points_expire_soon",
        )
    ]  # fmt: skip


def _counted(count: int) -> dict[str, str]:
    return {"n": formats.count(count, language())}


def first_steps(found: Steps, workspace: Workspace) -> list[Line]:
    def step(name: str, page: str, note: str, *, done: bool) -> Line:
        return Line(name, note, "ok" if done else "todo", address(workspace, page), _("Open"))

    count = formats.count
    return [
        step(_("Load customers and orders"), "crm:imports", count(found.customers, language()),
             done=found.customers > 0),
        step(_("Open the loyalty programme"), "loyalty:program", "", done=found.has_programme),
        step(_("Connect channels"), "campaigns:channels", count(found.channels, language()),
             done=found.channels > 0),
        step(_("Send the first campaign"), "campaigns:campaigns", count(found.runs, language()),
             done=found.runs > 0),
        step(_("Set a control group apart"), "campaigns:campaigns", "",
             done=found.has_control_group),
        step(_("Invite colleagues"), "", count(found.people, language()), done=found.people > 1),
    ]  # fmt: skip


def campaigns(scope: Scope) -> list[CampaignRow]:
    """The newest campaigns with how far their latest runs are."""
    # The selector adds `latest_run`, `latest_state` and `latest_size` to each.
    found: list[Any] = list(campaign_list.campaigns(scope=scope).order_by("-pk")[:SHOWN])
    ids = [each.latest_run for each in found if each.latest_run]
    progress = runs.progress(run_ids=ids)
    rows = []
    for each in found:
        state, done = each.latest_state, progress.get(each.latest_run, runs.Progress())
        rows.append(
            CampaignRow(
                each.name, _latest(scope.workspace, each),
                state or "draft", str(Run.State(state).label) if state else _("Draft"),
                each.latest_size or 0, done.accepted, done.settled, done.rows,
            )
        )  # fmt: skip
    return rows


def _latest(workspace: Workspace, campaign: Any) -> str:
    """The report where there is one, as in the list of campaigns."""
    if campaign.latest_run:
        return address(workspace, "campaigns:run", run=campaign.latest_run)
    return address(workspace, "campaigns:campaign", campaign=campaign.pk)


def story(found: Story, workspace: Workspace) -> list[Line]:
    """The five parts, each with what it left and where to see it."""
    count = formats.count
    lines = {
        "orders": (
            _("Orders imported"),
            ngettext("%(n)s line, and it is accounted for",
                     "%(n)s lines, every one accounted for",
                     found.loaded_rows) % {"n": count(found.loaded_rows, language())},
            address(workspace, "crm:import", of_import=found.loaded_id) if found.loaded_id else "",
        ),
        "points": (_("Points accrued"), _("5%% of every order, with refunds taken back") % {},
                   address(workspace, "loyalty:program")),
        "numbers": (
            _("Segments and life cycle computed"),
            ngettext("%(n)s customer in ten segments", "%(n)s customers in ten segments",
                     found.customers) % {"n": count(found.customers, language())},
            address(workspace, "analytics:lifecycle"),
        ),
        "cascade": (_("A cascade sent: points expire soon"),
                    _("E-mail, then SMS; a control group of 10%% is left alone") % {},
                    address(workspace, "campaigns:campaigns")),
        "report": (_("Its report"), _("Cost, reads, attributed and incremental revenue"),
                   _report(found, workspace)),
    }  # fmt: skip
    return [
        Line(fact, detail, _state(found, part), href if _state(found, part) == "ok" else "",
             _("Open"))
        for part, (fact, detail, href) in lines.items()
    ]  # fmt: skip


def _report(found: Story, workspace: Workspace) -> str:
    return address(workspace, "campaigns:run", run=found.run_id) if found.run_id else ""


def _state(found: Story, part: str) -> str:
    """Ok when the part is done, loader while it runs, todo before."""
    if part == "report":
        return "ok" if found.run_id else "todo"
    if found.job.state == "succeeded":
        return "ok"
    at = CHAPTERS.index(part)
    end = STARTS[CHAPTERS[at + 1]] if at + 1 < len(CHAPTERS) else found.job.total or 1000
    if found.job.done >= end:
        return "ok"
    return "loader" if found.job.done >= STARTS[part] and found.job.started_at else "todo"
