"""Segments and states as a list of audiences: how large, what they bring, whom one may write to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from analytics import metrics
from analytics.selectors import people_groups, snapshots
from analytics.selectors.people_groups import Group
from analytics.views import files
from analytics.views.book_drawing import language
from analytics.words import MEANING, SEGMENTS, STATE_MEANING, STATES
from core.ui.blocks import Column
from core.web import Page, ScopedRequest
from core.wording import calendars

COLUMNS = [
    Column(_("Audience")),
    Column(_("Customers"), end=True),
    Column(_("Share of the base"), hide_small=True),
    Column(_("Revenue, 90 days"), end=True),
    Column(_("By e-mail"), end=True, hide_small=True),
    Column(_("By SMS"), end=True, hide_small=True),
    Column(_("May be written to"), end=True, hide_small=True),
    Column("", end=True),
]


@dataclass(frozen=True)
class Row:
    """A line of the list, with the campaign's audience and the list of its people."""

    name: str
    meaning: str
    group: Group
    kind: str
    href: str


class Segments(Page):
    permission = "segments.view"
    template_name = "analytics/segments.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        snapshot = snapshots.latest(request.scope)
        if snapshot is None or not snapshot.figures.get("customers"):
            return self.show(snapshot=None)
        found = people_groups.groups(snapshot)
        as_of = calendars.day(snapshot.as_of, language())
        return self.show(
            snapshot=snapshot,
            as_of=as_of,
            whole=found.whole,
            columns=COLUMNS,
            segments=_rows(request, found.segments, SEGMENTS, MEANING, ("segment", "rfm_segment")),
            states=_rows(request, found.states, STATES, STATE_MEANING,
                         ("state", "lifecycle_state")),
            definition=metrics.definition("rfm", as_of),
        )  # fmt: skip


class SegmentsFile(Page):
    """The same list as CSV."""

    permission = "segments.view"

    def get(self, request: ScopedRequest) -> HttpResponse:
        snapshot = snapshots.latest(request.scope)
        return files.audiences(people_groups.groups(snapshot) if snapshot else None)


def _rows(
    request: ScopedRequest, groups: Sequence[Group], names: Mapping[str, Any],
    meanings: Mapping[str, Any], keys: tuple[str, str],
) -> list[Row]:  # fmt: skip
    """`keys` are the filter of the customers list and the kind of audience."""
    people = reverse("crm:customers", args=[request.workspace.slug])
    return [
        Row(
            str(names[one.name]), str(meanings[one.name]), one, keys[1],
            f"{people}?{keys[0]}={one.name}",
        )
        for one in groups
    ]  # fmt: skip
