"""Points given or taken by hand, with a reason, and the way back."""

import secrets

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import DomainError
from core.ui import toasts
from core.ui.blocks import Crumb
from core.web import Page, ScopedRequest
from crm.models import Customer
from loyalty.forms import AdjustForm
from loyalty.models import Transaction
from loyalty.selectors import balances, programs
from loyalty.services import adjusting


class AdjustPoints(Page):
    permission = "loyalty.adjust"
    template_name = "loyalty/adjust.html"

    def get(self, request: ScopedRequest, customer: int) -> HttpResponse:
        return self._show(request, customer, AdjustForm(initial={"nonce": secrets.token_hex(8)}))

    def post(self, request: ScopedRequest, customer: int) -> HttpResponse:
        person = get_object_or_404(Customer.objects.within(request.scope), pk=customer)
        form = AdjustForm(request.POST)
        if not form.is_valid():
            return self._show(request, customer, form, status=422)
        try:
            posted = adjusting.adjust(
                scope=request.scope, program=programs.program_of(request.scope), customer=person,
                points=form.signed_points, reason=form.cleaned_data["reason"],
                key=f"{person.pk}:{form.cleaned_data['nonce']}", at=clock.now(),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error("points", refusal.detail)
            return self._show(request, customer, form, status=refusal.status)
        undo = reverse("loyalty:undo_adjust", args=[request.workspace.slug, posted.transaction_id])
        toasts.on_next_page(request, gettext("Points changed"), undo=undo)
        return redirect("crm:customer_tab", request.workspace.slug, person.pk, "points")

    def _show(
        self, request: ScopedRequest, customer: int, form: AdjustForm, status: int = 200
    ) -> HttpResponse:
        person = get_object_or_404(Customer.objects.within(request.scope), pk=customer)
        program = programs.program_of(request.scope)
        card = reverse("crm:customer_tab", args=[request.workspace.slug, person.pk, "points"])
        people = reverse("crm:customers", args=[request.workspace.slug])
        return self.show(
            status,
            form=form,
            customer=person,
            card=card,
            balance=balances.balance(program=program, customer=person, at=clock.now()),
            crumbs=[Crumb(_("Customers"), people), Crumb(str(person), card)],
        )


class UndoAdjustment(Page):
    """Undoes an adjustment; points that were spent meanwhile cannot be taken and it says so."""

    permission = "loyalty.adjust"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, operation: int) -> HttpResponse:
        adjustment = get_object_or_404(
            Transaction.objects.within(request.scope).select_related("customer"), pk=operation
        )
        adjusting.undo(
            scope=request.scope,
            program=programs.program_of(request.scope),
            adjustment=adjustment,
            reason=gettext("Undone"),
            at=clock.now(),
        )
        toasts.on_next_page(request, gettext("Points are as they were"))
        return redirect(
            "crm:customer_tab", request.workspace.slug, adjustment.customer_id, "points"
        )
