"""Campaigns in the search palette."""

from collections.abc import Sequence

from django.urls import reverse

from campaigns.selectors import campaign_list
from campaigns.views import words
from core.scoping import Scope
from core.ui.finding import MOST, Hit


def find(scope: Scope, text: str) -> Sequence[Hit]:
    """The newest campaigns whose name holds the text, with their state as the note."""
    found = campaign_list.campaigns(scope=scope, find=text).order_by("-pk")[:MOST]
    rows = campaign_list.rows(scope=scope, page=list(found))
    return [_hit(scope.workspace.slug, row) for row in rows]


def _hit(slug: str, row: campaign_list.Row) -> Hit:
    """A launched campaign leads to its report, a draft to its composer."""
    if row.run is None:
        href = reverse("campaigns:campaign", args=[slug, row.campaign.pk])
        return Hit(row.campaign.name, href, str(words.STATES["draft"].word))
    href = reverse("campaigns:run", args=[slug, row.run.pk])
    return Hit(row.campaign.name, href, str(words.STATES[row.run.state].word))
