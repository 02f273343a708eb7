"""Moves between segments as the RFM page shows them: who rose, who fell, from where to where."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from analytics.models import Snapshot
from analytics.selectors import moves, rfm
from analytics.views.book_drawing import language
from analytics.words import SEGMENTS
from core.models import Workspace
from core.wording import calendars

SHOWN = 5


@dataclass(frozen=True)
class MoveRow:
    """One way people went, with the list of them."""

    left: str
    came: str
    customers: int
    tone: str
    href: str


@dataclass(frozen=True)
class Moved:
    """The largest moves since a day; `of` is the end of their common scale."""

    since: str
    since_short: str
    up: int
    down: int
    rows: Sequence[MoveRow]
    of: int


def drawn(workspace: Workspace, before: Snapshot | None, now: Snapshot) -> Moved | None:
    """None while there is no earlier snapshot to compare with."""
    if before is None:
        return None
    found = moves.moves(before, now)
    people = reverse("crm:customers", args=[workspace.slug])
    rows = [
        MoveRow(
            str(SEGMENTS[one.left]), str(SEGMENTS[one.came]), one.customers,
            "c1" if one.is_up else "c5", f"{people}?moved={one.left}.{one.came}",
        )
        for one in found[:SHOWN]
    ]  # fmt: skip
    return Moved(
        since=calendars.day(before.as_of, language(), today=now.as_of),
        since_short=calendars.day_short(before.as_of, language(), today=now.as_of),
        up=sum(one.customers for one in found if one.is_up),
        down=sum(one.customers for one in found if not one.is_up),
        rows=rows,
        of=max((one.customers for one in found), default=1),
    )


def net(before: Snapshot | None, now: Snapshot) -> dict[str, int]:
    """By how much each segment grew since the earlier snapshot; empty without one."""
    if before is None:
        return {}
    then = {one.name: one.customers for one in rfm.segments(before)}
    return {one.name: one.customers - then[one.name] for one in rfm.segments(now)}
