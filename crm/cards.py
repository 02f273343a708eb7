"""The customer card's places: apps above register their blocks and tabs in `apps.ready()`.

`build(look)` returns what the template gets as `part`, or None to leave the place out. Places: block
(the four under the name: bought, pace, problems, loyalty), tab, aside (the rail at the right), tool
(a button of the head), reach ({channel: core.ui.blocks.Reach} over what crm knows of consents). A tab
may follow the query of the URL, `look.asked` ("after" is the cursor of its "Show more"), and gives
the next cursor as part["after"] and what the query must keep as part["kept"]; its rows stand in
#card-rows (templates/crm/card/_more.html).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.http import QueryDict

from core.scoping import Scope
from crm.models import Customer

Found = TypeVar("Found")


@dataclass(frozen=True)
class Look:
    """One look at a card: who looks at whom, when, and the query of the URL.

    Parts that need the same facts ask for them by `read`: they are asked of the database once.
    """

    scope: Scope
    customer: Customer
    at: datetime
    asked: QueryDict = field(default_factory=QueryDict)
    _known: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def read(self, facts: "Callable[[Look], Found]") -> Found:
        """What `facts(look)` says, kept as long as this look."""
        if facts not in self._known:
            self._known[facts] = facts(self)
        found: Found = self._known[facts]
        return found


Build = Callable[[Look], Any]


@dataclass(frozen=True)
class Place:
    """A part of the card: who may see it, where it stands, how it is built and drawn."""

    key: str
    title: Any
    build: Build
    template: str = ""
    place: str = "tab"
    permission: str = "customers.view"
    order: int = 50


_places: dict[str, Place] = {}


def register(
    key: str, title: Any, build: Build, template: str = "", *, place: str = "tab",
    permission: str = "customers.view", order: int = 50,
) -> None:  # fmt: skip
    """Add a part of the card, or replace the one with this key."""
    _places[key] = Place(key, title, build, template, place, permission, order)


def places(scope: Scope, place: str) -> list[Place]:
    """The parts that this scope may see, in order."""
    seen = [one for one in _places.values() if one.place == place and scope.allows(one.permission)]
    return sorted(seen, key=lambda one: (one.order, one.key))


@dataclass(frozen=True)
class Part:
    """A built part, ready for its template."""

    key: str
    title: Any
    template: str
    part: Any


def built(look: Look, place: str) -> list[Part]:
    """The parts of a place, those that have nothing to say left out."""
    found = [(one, one.build(look)) for one in places(look.scope, place)]
    return [Part(one.key, one.title, one.template, part) for one, part in found if part is not None]
