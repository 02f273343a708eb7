"""What the customer base itself tells in a person's history: orders, refunds, consents."""

from datetime import datetime

from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core import formats
from core.scoping import Scope
from crm import timeline
from crm.models import Consent, Customer, Order, Refund
from crm.own_cards import NAMES, SOURCES
from crm.selectors import cards as reads
from crm.timeline import Moment


def register() -> None:
    """Called once, when the app is ready."""
    timeline.register("orders", _("Orders"), _orders, order=10)
    timeline.register("consents", _("Consents"), _consents, order=80)


def _orders(scope: Scope, customer: Customer, before: datetime | None, most: int) -> list[Moment]:
    """Orders, and money given back."""
    placed = reads.orders(scope=scope, customer=customer).order_by("-placed_at", "-pk")
    given = Refund.objects.within(scope).filter(customer=customer).select_related("order")
    given = given.order_by("-refunded_at", "-pk")
    if before is not None:
        placed, given = placed.filter(placed_at__lt=before), given.filter(refunded_at__lt=before)
    found = [
        *(_order(one, scope) for one in placed[:most]),
        *(_refund(one, scope) for one in given[:most]),
    ]
    return sorted(found, key=lambda moment: moment.at, reverse=True)[:most]


def _order(order: Order, scope: Scope) -> Moment:
    # The selector counts the lines.
    lines: int = getattr(order, "line_count", 0)
    said = ngettext("%(n)s line", "%(n)s lines", lines) % {"n": lines}
    name = (
        gettext("Order %(number)s") if order.is_purchase else gettext("Order %(number)s, no sale")
    )
    return Moment(
        order.placed_at, "shopping-bag", name % {"number": order.external_id},
        detail=said if lines else "",
        amount=_money(order.total, scope),
        detail_end=gettext("given back %(sum)s") % {"sum": _money(order.refunded, scope)}
        if order.refunded else "",
    )  # fmt: skip


def _refund(refund: Refund, scope: Scope) -> Moment:
    of = refund.order.external_id if refund.order else ""
    return Moment(
        refund.refunded_at, "undo-2", gettext("Refund %(number)s") % {"number": refund.external_id},
        detail=gettext("of order %(number)s") % {"number": of} if of
        else gettext("the order is not known"),
        amount=_money(-refund.total, scope),
    )  # fmt: skip


def _money(minor: int, scope: Scope) -> str:
    return formats.money(minor, scope.workspace.currency, get_language() or "en")


def _consents(scope: Scope, customer: Customer, before: datetime | None, most: int) -> list[Moment]:
    rows = Consent.objects.within(scope).filter(customer=customer)
    rows = rows.filter(stated_at__lt=before) if before is not None else rows
    return [_consent(one) for one in rows.order_by("-stated_at", "-pk")[:most]]


def _consent(said: Consent) -> Moment:
    is_given = said.state == Consent.State.GRANTED
    fact = gettext("Agreed to advertising: %(channel)s") if is_given else gettext(
        "Refused advertising: %(channel)s"
    )  # fmt: skip
    channel = str(NAMES.get(said.channel, said.channel))
    return Moment(
        said.stated_at,
        "shield-check" if is_given else "ban",
        fact % {"channel": channel},
        detail=", ".join(filter(None, [str(SOURCES.get(said.source, said.source)), said.proof])),
    )
