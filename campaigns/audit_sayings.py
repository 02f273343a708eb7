"""How the audit log says what only campaigns know: kinds of audiences, what a step waits for."""

from typing import Any

from django.utils.translation import ngettext

from campaigns import audiences
from campaigns.views.words import STOP_FACTS
from core.wording import audit_values


def register() -> None:
    """Called once, when the app is ready."""
    audit_values.register("audience", _audience)
    audit_values.register("kind", _kind)
    audit_values.register("stop_fact", lambda code: str(STOP_FACTS.get(code, "")))


def _kind(name: Any) -> str:
    found = audiences.find({"kind": name})
    return str(found.label) if found else ""


def _audience(terms: Any) -> str:
    """Who receives it, as one phrase: what kind of people, and what narrows them."""
    kind = audit_values.said("kind", terms["kind"])
    narrowed = {name: value for name, value in terms.items() if name != "kind"}
    if narrowed.keys() == {"days", "min_points"}:
        said = _burning(**narrowed)
    else:
        said = ", ".join(audit_values.said(name, value) for name, value in narrowed.items())
    return f"{kind}: {said}" if said else kind


def _burning(*, days: int, min_points: int) -> str:
    least = ngettext("at least %(number)s point", "at least %(number)s points", min_points)
    number = audit_values.said("min_points", min_points)
    return f"{least % {'number': number}} {audit_values.within(days)}"
