"""The audit log: who did what, newest first."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from core.models import AuditEntry
from core.ui import listing
from core.ui.blocks import Column
from core.web import Page, ScopedRequest

COLUMNS = [
    Column(_("When")),
    Column(_("Who")),
    Column(_("What")),
    Column(_("Object")),
    Column(_("Before and after")),
]


class Audit(Page):
    permission = "audit.view"
    template_name = "core/audit.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        rows = AuditEntry.objects.within(request.scope)
        find = request.GET.get("q", "").replace("\0", "").strip()
        if find:
            rows = rows.filter(actor_name__icontains=find)
        page = listing.page(rows, request.GET, sorts={"id": "id"}, default="-id")
        return self.show(page=page, columns=COLUMNS)
