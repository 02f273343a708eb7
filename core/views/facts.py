"""Facts: what was recorded, what waits, and what is parked until somebody lets it try again."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Event
from core.services import relay
from core.ui import listing, toasts
from core.ui.blocks import Column, Tab
from core.web import Page, ScopedRequest

COLUMNS = [
    Column(_("Fact")),
    Column(_("State")),
    Column(_("Happened"), end=True),
    Column(_("Tries"), end=True),
    Column(_("Last error")),
    Column(""),
]


class Facts(Page):
    permission = "events.view"
    template_name = "core/facts.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        rows = Event.objects.within(request.scope)
        parked = rows.filter(parked_at__isnull=False)
        only_parked = request.GET.get("state") == "parked"
        page = listing.page(
            parked if only_parked else rows, request.GET, sorts={"id": "id"}, default="-id"
        )
        chips = [
            Tab(_("All"), "?", current=not only_parked),
            Tab(_("Parked"), "?state=parked", count=parked.count(), current=only_parked),
        ]
        return self.show(page=page, columns=COLUMNS, chips=chips)


class RetryFact(Page):
    permission = "events.retry"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, event: int) -> HttpResponse:
        found = get_object_or_404(Event.objects.within(request.scope), pk=event)
        relay.unpark(event=found)
        toasts.on_next_page(request, str(_("The fact will be handed on again.")))
        return redirect(reverse("core:events", args=[request.workspace.slug]))
