"""How the audit log says what only campaigns know: kinds of audiences, what a step waits for."""

from typing import Any

from campaigns import audiences
from campaigns.views.words import STOP_FACTS
from core import audit_values


def register() -> None:
    """Called once, when the app is ready."""
    audit_values.register("kind", _kind)
    audit_values.register("stop_fact", lambda code: str(STOP_FACTS.get(code, "")))


def _kind(name: Any) -> str:
    found = audiences.find({"kind": name})
    return str(found.label) if found else ""
