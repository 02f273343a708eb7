"""The customer card's messages, and the stop list in its rows of where one may write."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Delivery, Suppression
from campaigns.selectors import messages
from campaigns.views import words
from core.blocks import Reach
from core.scoping import Scope
from crm import cards
from crm.models import Customer

# Rows of the tab before its "Show more".
PAGE = 20


def register() -> None:
    """Called once, when the app is ready."""
    cards.register(
        "messages", _("Messages"), _messages, "campaigns/card/messages.html", order=40,
        permission="campaigns.view", pages=True,
    )  # fmt: skip
    cards.register("stop_list", "", _reach, place="reach")


def _messages(scope: Scope, customer: Customer, _at: datetime, after: str) -> dict[str, Any]:
    before = int(after) if after.isdecimal() and len(after) < 19 else None  # noqa: PLR2004 - a bigint
    found = messages.messages_of(scope=scope, customer=customer, most=PAGE + 1, before=before)
    rows = [{"message": one, "outcome": _outcome(one)} for one in found[:PAGE]]
    return {"rows": rows, "after": str(found[PAGE - 1].id) if len(found) > PAGE else ""}


def _outcome(one: messages.Message) -> str:
    """What became of a message, with the reason where it was not sent."""
    if one.clicked_at:
        return gettext("clicked")
    if one.read_at:
        return gettext("read")
    state = str(Delivery.State(one.state).label)
    return f"{state}: {words.reason(one.reason)}" if one.reason else state


def _reach(scope: Scope, customer: Customer, _at: datetime) -> dict[str, Reach] | None:
    listed = messages.stop_list(scope=scope, customer=customer)
    return {kind: _cannot(kind, why) for kind, (why, _since) in listed.items()} or None


def _cannot(kind: str, why: str) -> Reach:
    note = gettext("no: %(why)s") % {"why": str(Suppression.Reason(why).label).lower()}
    return Reach(words.channel(kind), "cannot", note)
