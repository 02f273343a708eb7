"""The words of campaigns: states, reasons of not being reached, and what each figure means."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.ui.blocks import Definition


@dataclass(frozen=True)
class State:
    """A word with its tone and icon."""

    word: Any
    tone: str
    icon: str


STATES = {
    "draft": State(_("Draft"), "neutral", "file-pen"),
    "freezing": State(_("Collecting the audience"), "accent", "users"),
    "running": State(_("Running"), "accent", "loader"),
    "paused": State(_("Paused"), "attention", "circle-pause"),
    "finished": State(_("Finished"), "ok", "circle-check"),
    "cancelled": State(_("Cancelled"), "neutral", "ban"),
}
CHANNELS = {"email": _("E-mail"), "sms": _("SMS")}
STOP_FACTS = {"read": _("have not read"), "clicked": _("have not clicked"),
              "bought": _("have not bought")}  # fmt: skip
# Why somebody got nothing, in the order the gate asks.
REASONS = {
    "control": _("control group"),
    "no_address": _("no address for the channel"),
    "address_changed": _("the address has changed"),
    "no_consent": _("never agreed to advertising"),
    "consent_denied": _("refused advertising"),
    "consent_withdrawn": _("withdrew consent"),
    "hard_bounce": _("the address does not exist"),
    "complaint": _("complained before"),
    "unsubscribed": _("unsubscribed"),
    "manual": _("on the stop list"),
    "cap": _("frequency cap"),
    "points_spent": _("the points are not there any more"),
    "stopped_read": _("read an earlier step"),
    "stopped_clicked": _("clicked in an earlier step"),
    "stopped_bought": _("bought meanwhile"),
    "too_late": _("it was too late"),
    "quiet_hours": _("too late because of quiet hours"),
    "run_cancelled": _("the send was cancelled"),
    "render": _("the text could not be put together"),
    "worker_lost": _("the channel's answer is not known"),
    "in_doubt": _("the channel's answer is not known"),
    "never_accepted": _("the channel never accepted it"),
}
STAGES = {
    "bought": _("Bought"),
    "clicked": _("No purchase"),
    "read": _("Did not click"),
    "delivered": _("Did not read"),
    "accepted": _("Not delivered"),
    "waiting": _("In the queue"),
    "not_sent": _("Not sent"),
    "control": _("Control group"),
}
HOUR = 3_600
DAY = 24 * HOUR


def reason(code: str) -> str:
    """A reason in words; one that a provider gave is shown as it came."""
    known = REASONS.get(code)
    return str(known) if known is not None else code.replace("_", " ") or gettext("for no reason")


def channel(kind: str) -> str:
    return str(CHANNELS.get(kind, kind))


def wait(span: timedelta) -> str:
    """6 hours, 2 days."""
    seconds = int(span.total_seconds())
    if seconds and seconds % DAY == 0:
        days = seconds // DAY
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    if seconds % HOUR == 0:
        hours = seconds // HOUR
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    minutes = seconds // 60
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def read() -> Definition:
    return Definition(
        gettext("Read"),
        gettext(
            "People who opened at least one of their messages or followed a link in it. Opens by "
            "mail robots are not counted. SMS tells no reading; where a step has no receipt of it, "
            "the channel's usual share of delivered messages stands in and is marked ≈."
        ),
        formula=gettext("opened or clicked, each person once"),
        source=gettext("receipts of the channels, the pixel, tracked links"),
    )


def cost_per_read() -> Definition:
    return Definition(
        gettext("Cost of a read"),
        gettext("What one reading cost over all steps; the dear channel alone stands beside it."),
        formula=gettext("cost of all accepted messages / readings"),
    )


def cost() -> Definition:
    return Definition(
        gettext("Cost"),
        gettext("Accepted messages by their price at launch; an SMS costs its number of segments."),
        formula=gettext("accepted segments × price"),
    )


def saved() -> Definition:
    return Definition(
        gettext("Saved"),
        gettext(
            "Against sending the dearest channel to everybody who could have got it. What the "
            "cheaper steps cost is already taken off."
        ),
        formula=gettext("people of the dear step × its price − cost of the cascade"),
    )


def incremental() -> Definition:
    return Definition(
        gettext("Incremental revenue"),
        gettext(
            "What would not have been bought without the send: revenue per person of those it was "
            "sent to, less that of the control group, times the number of people. Orders count "
            "before refunds. The interval holds the truth in 95 cases of 100: it is found by "
            "dealing the same people anew into the two groups."
        ),
        formula=gettext("(mean of the audience − mean of the control group) × people"),
        source=gettext("orders in the window, for both groups alike"),
    )


def attributed() -> Definition:
    return Definition(
        gettext("Attributed revenue"),
        gettext(
            "Orders that came after a message was read or clicked, each given to the last message "
            "of all sends; before refunds. Those who would have bought anyway are among them: what "
            "the send truly gave is the increment."
        ),
        formula=gettext("orders within the window after the last read or click"),
    )


def wait_hours(hours: int) -> str:
    return wait(timedelta(hours=hours))
