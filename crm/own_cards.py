"""The card's parts that the customer base fills itself."""

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import listing
from core.blocks import Part as BarPart
from core.blocks import Reach
from core.models import AuditEntry
from core.scoping import Scope
from crm import cards, timeline
from crm.models import Customer
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
    cards.register("history", _("History"), _history, "crm/card/history.html", order=5, pages=True)
    cards.register("orders", _("Orders"), _orders, "crm/card/orders.html", order=10, pages=True)
    cards.register("consents", _("Consents"), _consents, "crm/card/consents.html", order=80)
    cards.register("audit", _("Changes"), _audit, "crm/card/audit.html", order=90,
                   permission="audit.view")  # fmt: skip


def _bought(scope: Scope, customer: Customer, _at: datetime) -> dict[str, Any]:
    found = reads.bought(scope=scope, customer=customer)
    whole = sum(amount for _, amount in found.top) + found.rest
    parts = [
        BarPart(label, amount, tone, f"{amount * 100 // whole}\u00a0%")
        for (label, amount), tone in zip(found.top, TONES, strict=False)
        if whole
    ]
    if found.rest and whole:
        share = f"{found.rest * 100 // whole}\u00a0%"
        parts.append(BarPart(gettext("Everything else"), found.rest, "rest", share))
    return {"bought": found, "parts": parts}


def _pace(scope: Scope, customer: Customer, at: datetime) -> dict[str, Any]:
    found = reads.pace(scope=scope, customer=customer, at=at)
    usual = float(found.usual_gap) if found.usual_gap is not None else None
    usual_days = None if usual is None else round(usual)
    return {
        "pace": found,
        "usual": usual,
        "usual_days": usual_days,
        "scale": max(found.days_ago or 0, 2 * (usual or 0), 1),
    }


def _problems(scope: Scope, customer: Customer, _at: datetime) -> dict[str, Any]:
    return {"problems": reads.problems(scope=scope, customer=customer)}


def _history(scope: Scope, customer: Customer, at: datetime, asked: QueryDict) -> dict[str, Any]:
    return timeline.part(scope, customer, at, asked, gettext("All"))


def _orders(scope: Scope, customer: Customer, _at: datetime, asked: QueryDict) -> dict[str, Any]:
    found = listing.page(
        reads.orders(scope=scope, customer=customer), asked,
        sorts={"placed": "placed_at"}, default="-placed", size=PAGE,
    )  # fmt: skip
    following = QueryDict(found.after.removeprefix("?")).get("after", "")
    return {"orders": found.rows, "after": following}


def _consents(scope: Scope, customer: Customer, _at: datetime) -> dict[str, Any]:
    addresses = reads.identities(scope=scope, customer=customer)
    return {
        "log": [
            (said, NAMES.get(said.channel, said.channel), SOURCES.get(said.source, said.source))
            for said in reads.consent_log(scope=scope, customer=customer)
        ],
        "channels": NAMES,
        "now": reads.permissions(scope=scope, customer=customer, addresses=addresses),
        "may_edit": scope.allows("customers.edit"),
    }


def _audit(scope: Scope, customer: Customer, _at: datetime) -> dict[str, Any]:
    rows = AuditEntry.objects.within(scope).filter(
        object_kind="crm.customer", object_id=str(customer.pk)
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
