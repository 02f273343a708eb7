"""The list of campaigns."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from campaigns.selectors import campaign_list
from campaigns.views import words
from core.ui import listing
from core.ui.blocks import Column, Tab
from core.web import Page, ScopedRequest

COLUMNS = [
    Column(_("Campaign"), sort="name"),
    Column(_("State")),
    Column(_("Progress"), hide_small=True),
    Column(_("Launched"), end=True),
    Column(_("Audience"), end=True),
    Column(_("Cost"), end=True, hide_small=True),
]
CHIPS = {
    "": _("All"),
    "running": _("Under way"),
    "paused": _("On pause"),
    "finished": _("Over"),
    "drafts": _("Drafts"),
}
LIVE = frozenset({"freezing", "running"})


class Campaigns(Page):
    """Newest first; a row opens its report, a draft its composer."""

    permission = "campaigns.view"
    template_name = "campaigns/campaigns.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        find = request.GET.get("q", "").replace("\0", "").strip()[:100]
        every = campaign_list.campaigns(scope=request.scope, find=find)
        counts = campaign_list.counts(every)
        state = request.GET.get("state", "")
        page = listing.page(
            campaign_list.of_state(every, state), request.GET,
            sorts={"created": "id", "name": "name"}, default="-created",
            total=counts.get(state, counts[""]),
        )  # fmt: skip
        rows = campaign_list.rows(scope=request.scope, page=page.rows)
        return self.show(
            page=page,
            rows=[(row, words.STATES[row.run.state if row.run else "draft"]) for row in rows],
            columns=COLUMNS,
            chips=[_chip(request, name, state, counts[name]) for name in CHIPS],
            is_live=any(row.run and row.run.state in LIVE for row in rows),
            may_edit=request.scope.allows("campaigns.edit"),
        )


def _chip(request: ScopedRequest, name: str, current: str, count: int) -> Tab:
    href = listing.address(request.GET, state=name, after="", before="")
    return Tab(CHIPS[name], href, current=name == current, count=count)
