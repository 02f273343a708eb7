"""Short notes at the corner of the screen, with undo: on the next page, or by an htmx answer."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

UNDO = "undo:"


def on_next_page(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Show the note on the page that follows a redirect; `undo` is an address to POST to."""
    messages.success(request, text, extra_tags=f"{UNDO}{undo}" if undo else "")


def with_answer(
    response: HttpResponse, text: str, *, undo: str = "", link: str = "", label: str = ""
) -> HttpResponse:
    """Show the note when htmx gets this answer."""
    triggers: dict[str, Any] = json.loads(response.get("HX-Trigger", "{}"))
    triggers["toast"] = {"text": text, "undo": undo, "link": link, "label": label}
    response["HX-Trigger"] = json.dumps(triggers)
    return response
