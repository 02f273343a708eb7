"""What the customer base itself tells in a person's history: orders, refunds, consents."""

from datetime import datetime

from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.scoping import Scope
from core.wording import formats
from crm import timeline
from crm.cards import Look
from crm.models import Consent
from crm.own_cards import NAMES, SOURCES
from crm.selectors import history
from crm.selectors.history import Trade
from crm.timeline import Moment


def register() -> None:
    """Called once, when the app is ready."""
    timeline.register("orders", _("Orders"), _orders, order=10)
    timeline.register("consents", _("Consents"), _consents, order=80)


def _orders(look: Look, before: datetime | None, most: int) -> list[Moment]:
    """Orders, and money given back."""
    found = history.trades(scope=look.scope, customer=look.customer, before=before, most=most)
    tell = {"order": _order, "refund": _refund}
    return [tell[one.kind](one, look.scope) for one in found]


def _order(order: Trade, scope: Scope) -> Moment:
    said = ngettext("%(n)s line", "%(n)s lines", order.lines) % {"n": order.lines}
    name = (
        gettext("Order %(number)s") if order.is_purchase else gettext("Order %(number)s, no sale")
    )
    return Moment(
        order.at, "shopping-bag", name % {"number": order.number},
        detail=said if order.lines else "",
        amount=_money(order.total, scope),
        detail_end=gettext("given back %(sum)s") % {"sum": _money(order.refunded, scope)}
        if order.refunded else "",
    )  # fmt: skip


def _refund(refund: Trade, scope: Scope) -> Moment:
    return Moment(
        refund.at, "undo-2", gettext("Refund %(number)s") % {"number": refund.number},
        detail=gettext("of order %(number)s") % {"number": refund.of_order} if refund.of_order
        else gettext("the order is not known"),
        amount=_money(-refund.total, scope),
    )  # fmt: skip


def _money(minor: int, scope: Scope) -> str:
    return formats.money(minor, scope.workspace.currency, get_language() or "en")


def _consents(look: Look, before: datetime | None, most: int) -> list[Moment]:
    rows = Consent.objects.within(look.scope).filter(customer=look.customer)
    rows = rows.filter(stated_at__lt=before) if before is not None else rows
    return [_consent(one) for one in rows.order_by("-stated_at", "-pk")[:most]]


def _consent(said: Consent) -> Moment:
    is_given = said.state == Consent.State.GRANTED
    fact = gettext("Agreed to advertising: %(channel)s") if is_given else gettext(
        "Refused advertising: %(channel)s"
    )  # fmt: skip
    channel = str(NAMES.get(said.channel, said.channel))
    # What is made up says so itself, in the reader's language.
    proof = "" if said.source == "made_up" else said.proof
    return Moment(
        said.stated_at,
        "shield-check" if is_given else "ban",
        fact % {"channel": channel},
        detail=", ".join(filter(None, [str(SOURCES.get(said.source, said.source)), proof])),
    )
