"""The customer card's messages, and the stop list in its rows of where one may write."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Delivery, Suppression
from campaigns.selectors import messages
from campaigns.views import words
from core.ui.blocks import Reach
from crm import cards, own_cards, timeline
from crm.cards import Look
from crm.timeline import Moment

# Rows of the tab before its "Show more".
PAGE = 20


def register() -> None:
    """Called once, when the app is ready."""
    cards.register(
        "messages", _("Messages"), _messages, "campaigns/card/messages.html", order=40,
        permission="campaigns.view",
    )  # fmt: skip
    timeline.register("messages", _("Messages"), _facts, permission="campaigns.view", order=40)
    cards.register("stop_list", "", _reach, place="reach")


def _messages(look: Look) -> dict[str, Any]:
    after = look.asked.get("after", "")
    before = int(after) if after.isdecimal() and len(after) < 19 else None  # noqa: PLR2004 - a bigint
    found = messages.messages_of(
        scope=look.scope, customer=look.customer, most=PAGE + 1, before=before
    )
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


def _reach(look: Look) -> dict[str, Reach] | None:
    listed = messages.stop_list(scope=look.scope, addresses=look.read(own_cards.contacts).addresses)
    return {kind: _cannot(kind, why) for kind, (why, _since) in listed.items()} or None


def _cannot(kind: str, why: str) -> Reach:
    note = gettext("no: %(why)s") % {"why": str(Suppression.Reason(why).label).lower()}
    return Reach(words.channel(kind), "cannot", note)


ICONS = {"email": "mail", "sms": "message-square"}


def _facts(look: Look, before: datetime | None, most: int) -> list[Moment]:
    """The messages as the history tells them, also those that were not sent."""
    found = messages.told_before(scope=look.scope, customer=look.customer, before=before, most=most)
    return [
        Moment(
            one.at, "ban" if one.state == "suppressed" else ICONS.get(one.channel_kind, "send"),
            gettext("%(channel)s: %(campaign)s")
            % {"channel": words.channel(one.channel_kind), "campaign": one.campaign},
            detail=_outcome(one),
            href=reverse("campaigns:run", args=[look.scope.workspace.slug, one.run_id]),
        )
        for one in found if one.at is not None
    ]  # fmt: skip
