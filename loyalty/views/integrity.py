"""Integrity: what the books promise, when that was last proven, and what waits for a person."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Job
from core.services import jobs
from core.ui import toasts
from core.ui.blocks import Column
from core.web import Page, ScopedRequest
from loyalty import owing
from loyalty.proofs import CHECK, proofs
from loyalty.selectors import integrity, liability, programs

COLUMNS = [
    Column(_("Document")),
    Column(_("When")),
    Column(_("Amount"), end=True),
]


class Integrity(Page):
    permission = "loyalty.view"
    template_name = "loyalty/integrity.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        program = programs.find(request.scope)
        if program is None:
            return self.show(program=None)
        at = clock.now()
        equation = liability.equation(program=program, at=at)
        pending = liability.pending(program=program, at=at)
        checks: list[Job] = list(integrity.checks(request.scope))
        last = next((job for job in checks if job.state == "succeeded"), None)
        proven: list[Any] = proofs(last.result) if last else []
        return self.show(
            program=program,
            terms=owing.terms(equation),
            equation=equation,
            pending=pending,
            active=equation.outstanding - pending,
            chart=owing.chart(liability.by_month(program=program, at=at)),
            last=last,
            proofs=proven,
            broken=sum(not one.holds for one in proven),
            running=next((job for job in checks if job.state in {"queued", "running"}), None),
            alone=integrity.refunds_alone(request.scope),
            columns=COLUMNS,
            may_check=request.scope.allows("loyalty.adjust"),
        )


class CheckNow(Page):
    """Asks for a check of all the books; it runs as a job."""

    permission = "loyalty.adjust"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest) -> HttpResponse:
        jobs.ask(tenant=request.scope, kind=CHECK)
        toasts.on_next_page(request, gettext("The books are being checked"))
        return redirect("loyalty:integrity", request.workspace.slug)
