"""The customer's history in one line: every app tells its own facts, newest first (`apps.ready()`).

`read(look, before, most)` returns the newest `most` moments strictly before an instant (None: up to
now).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from core import clock
from core.scoping import Scope
from core.ui.blocks import Tab, TimelineDay, TimelineItem
from core.wording import calendars
from crm.cards import Look

PAGE = 20


@dataclass(frozen=True)
class Moment:
    """One fact about a person, already in words; the time of day is written by the page."""

    at: datetime
    icon: str
    fact: str
    detail: str = ""
    amount: str = ""
    detail_end: str = ""
    href: str = ""


Read = Callable[[Look, datetime | None, int], Sequence[Moment]]


@dataclass(frozen=True)
class Source:
    """A kind of facts: its key in the URL, what it is called, who may see it."""

    key: str
    label: Any
    read: Read
    permission: str
    order: int


_sources: dict[str, Source] = {}


def register(
    key: str, label: Any, read: Read, *, permission: str = "customers.view", order: int = 50
) -> None:
    """Add a kind of facts, or replace the one with this key."""
    _sources[key] = Source(key, label, read, permission, order)


def sources(scope: Scope) -> list[Source]:
    """The kinds that this scope may see, in order."""
    seen = [one for one in _sources.values() if scope.allows(one.permission)]
    return sorted(seen, key=lambda one: one.order)


def part(look: Look, everything: str) -> dict[str, Any]:
    """The page of history that the URL asks for: its days, the chips, the next cursor."""
    offered = sources(look.scope)
    kind = look.asked.get("kind", "")
    chosen = [one for one in offered if one.key == kind] or offered
    shown, more = _page(look, chosen, _instant(look.asked.get("after", "")))
    current = kind if len(chosen) == 1 else ""
    return {
        "days": _days(shown, look.scope.workspace.timezone, look.at),
        "after": shown[-1].at.isoformat() if shown and more else "",
        "kept": f"kind={current}&" if current else "",
        "chips": [
            Tab(label, f"?kind={key}" if key else "?", current=key == current)
            for key, label in [("", everything), *((one.key, one.label) for one in offered)]
        ],
    }


def _instant(text: str) -> datetime | None:
    """The moment of a cursor; a spoilt one is the beginning."""
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _page(
    look: Look, chosen: Sequence[Source], before: datetime | None
) -> tuple[list[Moment], bool]:
    """A page of moments, whole days where that is possible, and whether there are older ones."""
    found = [one.read(look, before, PAGE + 1) for one in chosen]
    merged = sorted((m for moments in found for m in moments), key=lambda m: m.at, reverse=True)
    # Below the oldest moment of a source that has more, something of it may be missing.
    cut = max((m[-1].at for m in found if len(m) > PAGE), default=None)
    known = [m for m in merged if cut is None or m.at > cut] or merged
    shown = known[:PAGE]
    shown += [m for m in known[PAGE:] if m.at == shown[-1].at]
    return shown, len(shown) < len(merged)


def _days(moments: Sequence[Moment], zone: str, now: datetime) -> list[TimelineDay]:
    language, today = get_language() or "en", clock.local_day(now, zone)
    days = groupby(moments, key=lambda moment: moment.at.astimezone(ZoneInfo(zone)).date())
    return [
        TimelineDay(
            _capital(calendars.ago(day, language, today=today)),
            [_item(moment, zone) for moment in of_day],
        )
        for day, of_day in days
    ]  # fmt: skip


def _capital(words: str) -> str:
    """The first letter alone: the name of a month keeps its own."""
    return words[:1].upper() + words[1:]


def _item(moment: Moment, zone: str) -> TimelineItem:
    return TimelineItem(
        time=calendars.clock(moment.at, zone), icon=moment.icon, fact=moment.fact,
        detail=moment.detail, amount=moment.amount, detail_end=moment.detail_end,
        href=moment.href,
    )  # fmt: skip
