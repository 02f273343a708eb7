"""The programme: its terms, what it owes to customers, and its latest operations."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import clock
from core.ui import listing as keyset
from core.ui import toasts
from core.ui.blocks import Column, Crumb
from core.web import Page, ScopedRequest
from loyalty import owing
from loyalty.forms import MINOR, TermsForm
from loyalty.models import Program
from loyalty.selectors import liability, programs, statements
from loyalty.services import programs as opening

COLUMNS = [
    Column(_("Operation")),
    Column(_("Customer")),
    Column(_("When")),
    Column(_("Why"), hide_small=True),
    Column(_("Points"), end=True),
]
SIZE = 25


class ProgramPage(Page):
    permission = "loyalty.view"
    template_name = "loyalty/program.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        program = programs.find(request.scope)
        may_configure = request.scope.allows("loyalty.configure")
        if program is None:
            return self.show(program=None, may_configure=may_configure)
        at = clock.now()
        equation = liability.equation(program=program, at=at)
        return self.show(
            program=program,
            may_configure=may_configure,
            tiers=program.tiers.all(),
            terms=owing.terms(equation),
            equation=equation,
            pending=liability.pending(program=program, at=at),
            chart=owing.chart(liability.by_month(program=program, at=at)),
            columns=COLUMNS,
            page=_recent(request, program),
        )


def _recent(request: ScopedRequest, program: Program) -> keyset.Page[Any]:
    """One page of operations; the cursor in the URL is the moment and id of the last one shown."""
    place = statements.place_of(request.GET.get("after", ""))
    found = statements.recent(program=program, after=place, size=SIZE)
    following = statements.place_text(found.next)
    after = keyset.address(request.GET, after=following) if following else ""
    return keyset.Page(rows=found.operations, asked=request.GET, after=after)


class TermsPage(Page):
    """The terms, changed (or first set) by the owner; later orders follow them."""

    permission = "loyalty.configure"
    template_name = "loyalty/terms.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        return self._show(request, TermsForm(initial=_initial(programs.find(request.scope))))

    def post(self, request: ScopedRequest) -> HttpResponse:
        form = TermsForm(request.POST)
        if not form.is_valid():
            return self._show(request, form, status=422)
        opening.settle(scope=request.scope, terms=form.terms)
        toasts.on_next_page(request, gettext("Terms saved; later orders follow them"))
        return redirect("loyalty:program", request.workspace.slug)

    def _show(self, request: ScopedRequest, form: TermsForm, status: int = 200) -> HttpResponse:
        back = reverse("loyalty:program", args=[request.workspace.slug])
        return self.show(status, form=form, back=back, crumbs=[Crumb(_("Loyalty"), back)])


class SwitchOff(Page):
    """Nothing is earned or spent until the programme is switched on again."""

    permission = "loyalty.configure"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest) -> HttpResponse:
        return _switched(request, on=False)


class SwitchOn(Page):
    """Orders earn again, also those that came meanwhile."""

    permission = "loyalty.configure"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest) -> HttpResponse:
        return _switched(request, on=True)


def _switched(request: ScopedRequest, *, on: bool) -> HttpResponse:
    """Back to the page, with the way back; without a programme the page says so itself."""
    slug = request.workspace.slug
    if programs.find(request.scope) is not None:
        opening.switch(scope=request.scope, on=on)
        undo = reverse("loyalty:switch_off" if on else "loyalty:switch_on", args=[slug])
        said = gettext("The programme is switched on") if on else gettext(
            "The programme is switched off"
        )  # fmt: skip
        toasts.on_next_page(request, said, undo=undo)
    return redirect("loyalty:program", slug)


def _initial(program: Program | None) -> dict[str, Any]:
    if program is None:
        return {
            "base_percent": 5, "point_value": 1, "activation_days": 14, "expiry_days": 365,
        }  # fmt: skip
    return {
        "name": program.name,
        "base_percent": program.base_percent,
        "point_value": program.point_value / MINOR,
        "activation_days": program.activation_days,
        "expiry_days": program.expiry_days,
        "starts_on": program.starts_on,
    }
