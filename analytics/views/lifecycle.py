"""The lifecycle page: stocks, four KPIs, the book, and the threshold they follow."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from analytics import metrics
from analytics.rules import thresholds
from analytics.selectors import lifecycle, snapshots
from analytics.services import nightly, settings
from analytics.views import book_drawing, files
from analytics.words import THRESHOLDS
from core import clock
from core.ui import toasts
from core.ui.blocks import Tab
from core.web import Page, ScopedRequest
from core.wording import calendars

SPANS = (12, 24, 36)


class Lifecycle(Page):
    permission = "analytics.view"
    template_name = "analytics/lifecycle.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        snapshot = snapshots.latest(request.scope)
        if snapshot is None:
            return self.show(snapshot=None)
        book = lifecycle.pages(request.scope)
        shown, before = _shown(request, book)
        as_of = calendars.day(snapshot.as_of, book_drawing.language())
        as_of_day = calendars.day(snapshot.as_of, book_drawing.language(), today=snapshot.as_of)
        return self.show(
            snapshot=snapshot,
            as_of=as_of,
            as_of_day=as_of_day,
            chart=book_drawing.aligned_stocks(shown),
            kpis=book_drawing.kpi_cards(shown, as_of_day),
            book=book_drawing.book_of(shown, before),
            last=shown[-1] if shown else None,
            spans=_spans(request, len(book)),
            gaps=snapshot.figures["gaps"],
            choices=_choices(snapshot.figures["gaps"]),
            definitions={key: metrics.definition(key, as_of) for key in metrics.METRICS},
        )


class LifecycleFile(Page):
    """The whole book as CSV."""

    permission = "analytics.view"

    def get(self, request: ScopedRequest) -> HttpResponse:
        return files.book(lifecycle.pages(request.scope))


class Threshold(Page):
    """Choose the threshold; the book is computed anew."""

    permission = "analytics.recompute"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest) -> HttpResponse:
        settings.choose_threshold(
            scope=request.scope, words=request.POST.get("threshold", ""), at=clock.now()
        )
        toasts.on_next_page(request, _("The book is being recomputed."))
        return redirect("analytics:lifecycle", workspace=request.workspace.slug)


class Recompute(Page):
    """Ask for a run now."""

    permission = "analytics.recompute"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest) -> HttpResponse:
        job = nightly.ask_now(scope=request.scope, at=clock.now())
        return redirect("core:job", workspace=request.workspace.slug, job=job.pk)


def _span(request: HttpRequest) -> int:
    asked = request.GET.get("months", "")
    return int(asked) if asked.isdecimal() and int(asked) in SPANS else SPANS[0]


def _shown(
    request: HttpRequest, book: list[lifecycle.Page]
) -> tuple[list[lifecycle.Page], lifecycle.Page | None]:
    """The months of the chosen span, and the one before them."""
    shown = book[-_span(request) :]
    rest = book[: len(book) - len(shown)]
    return shown, rest[-1] if rest else None


def _spans(request: HttpRequest, months: int) -> list[Tab]:
    current = _span(request)
    offered = [span for at, span in enumerate(SPANS) if at == 0 or months > SPANS[at - 1]]
    return [
        Tab(_("%(n)s months") % {"n": span}, f"?months={span}", current=span == current)
        for span in offered
    ]


def _choices(gaps: dict[str, float | None]) -> list[dict[str, object]]:
    """The three percentiles as a person may choose them."""
    return [
        {"value": name, "label": THRESHOLDS[name], "days": gaps[name]} for name in thresholds.NAMES
    ]
