"""The RFM matrix: a map of 25 cells, ten segments, and what to do about each."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import metrics
from analytics.rules.segments import AT_RISK
from analytics.selectors import rfm, snapshots
from analytics.views import files, matrix_drawing
from analytics.views.book_drawing import language
from core import calendars
from core.blocks import Column, Tab
from core.web import Page, ScopedRequest

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
        if snapshot is None:
            return self.show(snapshot=None)
        by, rows = _measure(request), matrix_drawing.segment_rows(snapshot)
        chosen = next((r for r in rows if r.key == request.GET.get("segment", AT_RISK)), rows[0])
        as_of = calendars.day(snapshot.as_of, language())
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
            columns=COLUMNS,
            definition=metrics.definition("rfm", as_of),
        )


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
