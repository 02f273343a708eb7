"""The RFM matrix: a map of 25 cells, ten segments, and what to do about each."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import metrics
from analytics.rules.segments import AT_RISK
from analytics.selectors import moves, rfm, snapshots
from analytics.views import files, matrix_drawing, moves_drawing
from analytics.views.book_drawing import language
from analytics.views.moves_drawing import Moved
from core.ui.blocks import Column, Tab
from core.web import Page, ScopedRequest
from core.wording import calendars

COLUMNS = [
    Column(gettext_lazy("Segment")),
    Column(gettext_lazy("Customers"), end=True),
    Column(gettext_lazy("Share of the base"), hide_small=True),
    Column(gettext_lazy("Share of revenue"), end=True, hide_small=True),
    Column(gettext_lazy("Average order"), end=True, hide_small=True),
    Column(gettext_lazy("Days since the last"), end=True, hide_small=True),
    Column(gettext_lazy("Advice")),
]


class Rfm(Page):
    permission = "analytics.view"
    template_name = "analytics/rfm.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        snapshot = snapshots.latest(request.scope)
        if snapshot is None or not rfm.whole(snapshot).customers:
            return self.show(snapshot=None)
        before = moves.earlier(snapshot)
        net = moves_drawing.net(before, snapshot)
        by, rows = _measure(request), matrix_drawing.segment_rows(snapshot, net)
        chosen = next((r for r in rows if r.key == request.GET.get("segment", AT_RISK)), rows[0])
        as_of = calendars.day(snapshot.as_of, language())
        moved = moves_drawing.drawn(request.workspace, before, snapshot)
        return self.show(
            snapshot=snapshot,
            as_of=as_of,
            heat=matrix_drawing.heat(snapshot, by, chosen.key, f"?by={by}"),
            heat_columns=matrix_drawing.frequency_notes(snapshot),
            tabs=_tabs(by, chosen.key),
            by=by,
            rows=rows,
            whole=rfm.whole(snapshot),
            chosen=chosen,
            moved=moved,
            net_whole=sum(net.values()),
            columns=_columns(moved),
            definition=metrics.definition("rfm", as_of),
        )


def _columns(moved: Moved | None) -> list[Column]:
    """With the change since the earlier snapshot before the advice, where there is one."""
    if moved is None:
        return COLUMNS
    since = Column(_("Since %(day)s") % {"day": moved.since_short}, end=True, hide_small=True)
    return [*COLUMNS[:-1], since, COLUMNS[-1]]


class RfmMovesFile(Page):
    """Who moved where, as CSV."""

    permission = "analytics.view"

    def get(self, request: ScopedRequest) -> HttpResponse:
        snapshot = snapshots.latest(request.scope)
        before = moves.earlier(snapshot) if snapshot else None
        return files.moves(moves.moves(before, snapshot) if snapshot and before else [])


class RfmFile(Page):
    """The table of segments as CSV."""

    permission = "analytics.view"

    def get(self, request: ScopedRequest) -> HttpResponse:
        snapshot = snapshots.latest(request.scope)
        return files.segments(rfm.segments(snapshot) if snapshot else [])


def _measure(request: HttpRequest) -> str:
    asked = request.GET.get("by", "")
    return asked if asked in matrix_drawing.MEASURES else "base"


def _tabs(by: str, segment: str) -> list[Tab]:
    labels = {
        "base": _("Share of the base"),
        "revenue": _("Revenue"),
        "orders": _("Orders"),
    }
    return [
        Tab(label, f"?by={key}&segment={segment}", current=key == by)
        for key, label in labels.items()
    ]
