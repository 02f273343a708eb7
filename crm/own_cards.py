"""The card's parts that the customer base fills itself."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core.models import AuditEntry
from core.ui import listing
from core.ui.blocks import Part as BarPart
from core.ui.blocks import Reach
from core.wording import audit_values, formats
from crm import cards, timeline
from crm.models import Consent
from crm.selectors import cards as reads
from crm.selectors.cards import Permission

NAMES = {"email": _("E-mail"), "sms": _("SMS")}
# Where a consent was said; another source is shown as it came.
SOURCES = {
    "api": _("by the API"),
    "file": _("from a file"),
    "import": _("from a file"),
    "made_up": _("made up for the demo"),
    "team": _("recorded by the team"),
    "unsubscribe_link": _("by the link in a message"),
}
TONES = ("c1", "c3", "c2")
# Rows of a tab before its "Show more".
PAGE = 20
MOST_ENTRIES = 100


def register() -> None:
    """Called once, when the app is ready."""
    cards.register(
        "bought", _("What they buy"), _bought, "crm/card/bought.html", place="block", order=10
    )
    cards.register("pace", _("How long ago"), _pace, "crm/card/pace.html", place="block", order=20)
    cards.register(
        "problems", _("Problems"), _problems, "crm/card/problems.html", place="block", order=30
    )
    cards.register("history", _("History"), _history, "crm/card/history.html", order=5)
    cards.register("orders", _("Orders"), _orders, "crm/card/orders.html", order=10)
    cards.register("consents", _("Consents"), _consents, "crm/card/consents.html", order=80)
    cards.register("audit", _("Changes"), _audit, "crm/card/audit.html", order=90,
                   permission="audit.view")  # fmt: skip
    purposes = dict(Consent.Purpose.choices)
    audit_values.register("channel", lambda code: str(NAMES.get(code, "")))
    audit_values.register("purpose", lambda code: str(purposes.get(code, "")))


def contacts(look: cards.Look) -> reads.Contacts:
    """Where the person may be written to, for whoever of the card asks."""
    return reads.contacts(scope=look.scope, customer=look.customer)


def _figures(look: cards.Look) -> reads.Figures:
    return reads.figures(scope=look.scope, customer=look.customer, at=look.at)


def _bought(look: cards.Look) -> dict[str, Any]:
    found = look.read(_figures).bought
    whole = sum(amount for _, amount in found.top) + found.rest
    parts = [
        BarPart(label, amount, tone, _share(amount, whole))
        for (label, amount), tone in zip(found.top, TONES, strict=False)
        if whole
    ]
    if found.rest and whole:
        share = _share(found.rest, whole)
        parts.append(BarPart(gettext("Everything else"), found.rest, "rest", share))
    return {"bought": found, "parts": parts}


def _share(amount: int, whole: int) -> str:
    return formats.percent_of(amount * 100 // whole, get_language() or "en")


def _pace(look: cards.Look) -> dict[str, Any]:
    found = look.read(_figures).pace
    usual = float(found.usual_gap) if found.usual_gap is not None else None
    usual_days = None if usual is None else round(usual)
    return {
        "pace": found,
        "usual": usual,
        "usual_days": usual_days,
        "scale": max(found.days_ago or 0, 2 * (usual or 0), 1),
    }


def _problems(look: cards.Look) -> dict[str, Any]:
    return {"problems": look.read(_figures).problems}


def _history(look: cards.Look) -> dict[str, Any]:
    return timeline.part(look, gettext("All"))


def _orders(look: cards.Look) -> dict[str, Any]:
    found = listing.page(
        reads.orders(scope=look.scope, customer=look.customer), look.asked,
        sorts={"placed": "placed_at"}, default="-placed", size=PAGE,
    )  # fmt: skip
    following = QueryDict(found.after.removeprefix("?")).get("after", "")
    return {"orders": found.rows, "after": following}


def _consents(look: cards.Look) -> dict[str, Any]:
    return {
        "log": [
            (said, NAMES.get(said.channel, said.channel), SOURCES.get(said.source, said.source))
            for said in reads.consent_log(scope=look.scope, customer=look.customer)
        ],
        "channels": NAMES,
        "now": look.read(contacts).permissions,
        "may_edit": look.scope.allows("customers.edit"),
    }


def _audit(look: cards.Look) -> dict[str, Any]:
    rows = AuditEntry.objects.within(look.scope).filter(
        object_kind="crm.customer", object_id=str(look.customer.pk)
    )
    return {"entries": list(rows.order_by("-id")[:MOST_ENTRIES])}


def reach_row(known: Permission) -> Reach:
    """May we advertise there, with the reason in the same phrase."""
    name = str(NAMES[known.channel])
    if not known.address:
        no_address = {"email": gettext("no, the address is not known"),
                      "sms": gettext("no, the phone is not known")}  # fmt: skip
        return Reach(name, "off", no_address[known.channel])
    if known.state == "granted":
        return Reach(name, "can", gettext("yes, consent given"))
    if known.state == "withdrawn":
        return Reach(name, "cannot", gettext("no, consent withdrawn"))
    return Reach(name, "off", gettext("no, consent was never given"))
