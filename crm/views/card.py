"""The customer card: four blocks, the rail, and tabs that crm and the apps above fill."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import InvalidInput
from core.scoping import Scope
from core.ui import toasts
from core.ui.blocks import Crumb, Reach, Tab
from core.web import Page, ScopedRequest
from crm import cards, own_cards
from crm.models import Customer
from crm.selectors import cards as reads
from crm.services import consents


class Card(Page):
    permission = "customers.view"
    template_name = "crm/customer.html"

    def get(self, request: ScopedRequest, customer: int, tab: str = "history") -> HttpResponse:
        person = get_object_or_404(Customer.objects.within(request.scope), pk=customer)
        if person.merged_into_id:
            return redirect("crm:customer", request.workspace.slug, person.merged_into_id)
        look = cards.Look(request.scope, person, clock.now(), request.GET)
        if request.headers.get("HX-Request") == "true":
            return _more(request, look, tab)
        addresses = look.read(own_cards.contacts).addresses
        return self.show(
            customer=person,
            name=str(person) if person.first_name or person.last_name else _unnamed(addresses),
            addresses=addresses,
            crumbs=[Crumb(_("Customers"), reverse("crm:customers", args=[request.workspace.slug]))],
            blocks=cards.built(look, "block"),
            aside=cards.built(look, "aside"),
            pills=cards.built(look, "pill"),
            tools=cards.built(look, "tool"),
            reach=_reach(look),
            **_tab(look, tab),
        )


def _unnamed(addresses: Mapping[str, Sequence[str]]) -> str:
    known = addresses.get("external") or addresses.get("phone") or addresses.get("email") or [""]
    return gettext("Customer %(name)s") % {"name": known[0]}


def _more(request: ScopedRequest, look: cards.Look, key: str) -> HttpResponse:
    """The open tab alone, from a cursor on: "Show more" takes its rows."""
    place = _place(look.scope, key)
    context = {"part": place.build(look), "customer": look.customer}
    context |= {"workspace": request.workspace, "scope": request.scope}
    return render(request, place.template, context)


def _tab(look: cards.Look, key: str) -> dict[str, Any]:
    """The row of tabs and the one that is open; an unknown one is not found."""
    current, address = _place(look.scope, key), [look.scope.workspace.slug, look.customer.pk]
    tabs = [
        Tab(one.title, reverse("crm:customer_tab", args=[*address, one.key]), one.key == key)
        for one in cards.places(look.scope, "tab")
    ]
    return {"tabs": tabs, "tab_template": current.template, "part": current.build(look)}


def _place(scope: Scope, key: str) -> cards.Place:
    places = cards.places(scope, "tab")
    found = next((place for place in places if place.key == key), None)
    if found is None:
        raise Http404(key)
    return found


def _reach(look: cards.Look) -> list[Reach]:
    """Where we may write: consents as crm knows them, corrected by the apps above."""
    known = look.read(own_cards.contacts).permissions
    rows = {one.channel: own_cards.reach_row(one) for one in known}
    for part in cards.built(look, "reach"):
        rows |= part.part
    return list(rows.values())


class ChangeConsent(Page):
    """A member of the team records what the person said: given (with how) or withdrawn."""

    permission = "customers.edit"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, customer: int) -> HttpResponse:
        person = get_object_or_404(Customer.objects.within(request.scope), pk=customer)
        channel, is_given = request.POST.get("channel", ""), request.POST.get("state") == "granted"
        if channel not in reads.CHANNELS:
            raise InvalidInput
        statement: dict[str, Any] = {
            "scope": request.scope, "customer": person, "channel": channel,
            "stated_at": clock.now(), "source": "team",
            "proof": request.POST.get("proof", ""),
        }  # fmt: skip
        said = consents.give(**statement) if is_given else consents.withdraw(**statement)
        note = _("Consent recorded") if is_given else _("Withdrawal recorded")
        toasts.on_next_page(request, str(note if said else _("Nothing has changed")))
        return redirect("crm:customer_tab", request.workspace.slug, person.pk, "consents")
