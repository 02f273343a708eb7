"""What analytics adds to the filters of the customers list: segment, state, cell, a move."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.models import Snapshot
from analytics.selectors import moves, snapshots
from analytics.words import SEGMENTS, STATES
from core.scoping import Scope
from crm import filters
from crm.models import Customer

People = QuerySet[Customer]
SIZE = 5


def register() -> None:
    """Called once, when the app is ready."""
    filters.register(
        "segment", gettext_lazy("RFM segment"), _by_segment, _word(SEGMENTS),
        choices=tuple(SEGMENTS.items()), audience="rfm_segment",
    )  # fmt: skip
    filters.register(
        "state", gettext_lazy("Lifecycle state"), _by_state, _word(STATES),
        choices=tuple(STATES.items()), audience="lifecycle_state",
    )  # fmt: skip
    filters.register("cell", gettext_lazy("RFM cell"), _by_cell, _cell_word)
    filters.register("moved", gettext_lazy("Moved"), _by_move, _move_word)


def _word(known: Mapping[str, Any]) -> filters.Label:
    return lambda value: str(known.get(value, ""))


def _by_segment(scope: Scope, people: People, value: str) -> People:
    return _who(scope, people, segment=value)


def _by_state(scope: Scope, people: People, value: str) -> People:
    return _who(scope, people, state=value)


def _by_cell(scope: Scope, people: People, value: str) -> People:
    r, f = _cell(value)
    return _who(scope, people, segment_r=r, segment_f=f)


def _by_move(scope: Scope, people: People, value: str) -> People:
    """Those who were in one segment in the earlier snapshot and are in another now."""
    left, came = value.split(".")
    latest = snapshots.latest(scope)
    earlier = moves.earlier(latest) if latest else None
    if latest is None or earlier is None:
        return people.none()
    then, now = _stats(scope, earlier, segment=left), _stats(scope, latest, segment=came)
    return people.filter(pk__in=then).filter(pk__in=now)


def _who(scope: Scope, people: People, **terms: Any) -> People:
    latest = snapshots.latest(scope)
    return people.filter(pk__in=_stats(scope, latest, **terms)) if latest else people.none()


def _stats(scope: Scope, snapshot: Snapshot, **terms: Any) -> Any:
    return snapshots.customers_of(scope, snapshot).filter(**terms).values("customer_id")


def _cell(value: str) -> tuple[int, int]:
    r, f = value.split("-")
    return int(r), int(f)


def _cell_word(value: str) -> str:
    """R2 F3; "" for what is no cell."""
    known = {f"{r}-{f}" for r in range(1, SIZE + 1) for f in range(1, SIZE + 1)}
    if value not in known:
        return ""
    r, f = _cell(value)
    return f"R{r} F{f}"


def _move_word(value: str) -> str:
    left, _dot, came = value.partition(".")
    if left not in SEGMENTS or came not in SEGMENTS:
        return ""
    return _("%(left)s → %(came)s") % {"left": SEGMENTS[left], "came": SEGMENTS[came]}
