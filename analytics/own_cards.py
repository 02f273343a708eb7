"""What analytics adds to the customer card: the state as a pill, the RFM cell in the rail."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from analytics.selectors import people
from analytics.selectors.people import Segments
from analytics.words import ADVICE, MEANING, PERSON_STATES, SEGMENTS
from crm import cards
from crm.cards import Look

# Tone and icon of a state: the one the shop lives on is green.
LOOKS = {
    "new": ("accent", "sparkles"),
    "active": ("ok", "circle-check"),
    "sleeping": ("neutral", "moon"),
}


def register() -> None:
    """Called once, when the app is ready."""
    cards.register(
        "state", _("Life cycle"), _state, "analytics/card_state.html", place="pill",
        permission="customers.view",
    )  # fmt: skip
    cards.register(
        "rfm", _("RFM segment"), _cell, "analytics/card_rfm.html", place="aside", order=20
    )


def _place(look: Look) -> Segments | None:
    return people.segments_of(look.customer)


def _state(look: Look) -> dict[str, Any] | None:
    found = look.read(_place)
    if found is None or not found.state:
        return None
    return {
        "word": PERSON_STATES[found.state],
        "tone": LOOKS[found.state][0],
        "icon": LOOKS[found.state][1],
        "came_back": found.is_reactivated,
        "segment": found.name,
        "segment_name": SEGMENTS[found.name] if found.name else "",
        "scores": f"{found.r}–{found.f}–{found.m}",
    }


def _cell(look: Look) -> dict[str, Any] | None:
    found = look.read(_place)
    if found is None or not found.name:
        return None
    return {
        "name": SEGMENTS[found.name],
        "segment": found.name,
        "meaning": MEANING[found.name],
        "advice": ADVICE[found.name],
        "scores": [("R", found.r), ("F", found.f), ("M", found.m)],
        "as_of": found.as_of,
    }
