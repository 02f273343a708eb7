"""Finding customers: by phone in any form, e-mail, card, external id or name; and filters."""

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.models import Workspace
from core.scoping import Scope
from crm.models import ConsentState, Customer, Identity
from crm.rules import emails, phones
from crm.rules.faults import Fault

MOST_BY_IDENTITY = 200
SHORTEST_BEGINNING = 3
MOST_PLACES = 6
WITH = ("email", "sms")


def customers(*, scope: Scope, q: str = "", may: str = "") -> "QuerySet[Customer]":
    """Customers of the workspace; `q` is anything a person would type, `may` a channel that the
    customer lets us advertise on, or "none" for nobody's.
    """
    found: QuerySet[Customer] = Customer.objects.within(scope).filter(merged_into=None)
    if text := " ".join(q.replace("\0", "").removeprefix("tel:").split())[:100]:
        found = found.filter(_matching(scope, text))
    return _allowing(scope, found, may)


def _matching(scope: Scope, text: str) -> Q:
    """By an identity where one fits, else by the words of the name: one index each."""
    owners = _owners(scope, text)
    return Q(pk__in=owners) if owners else _by_name(text)


def _owners(scope: Scope, text: str) -> list[int]:
    rows = Identity.objects.within(scope).filter(_identity(scope.workspace, text))
    return list(rows.values_list("customer_id", flat=True).distinct()[:MOST_BY_IDENTITY])


def _identity(workspace: Workspace, text: str) -> Q:
    exact = Q(kind__in=["external", "card"], value=text)
    if phones.looks_like_one(text):
        return exact | Q(kind="phone", value=_phone(workspace, text))
    if "@" in text and _email(text):
        return exact | Q(kind="email", value=_email(text))
    if len(text) >= SHORTEST_BEGINNING and " " not in text and text.isascii():
        return exact | Q(kind="email", value__startswith=text.lower())
    return exact


def _phone(workspace: Workspace, text: str) -> str:
    """The number in its stored form; one that no plan knows is looked up by its digits."""
    try:
        return phones.normalise(text, workspace.phone_region)
    except Fault:
        return "+" + "".join(sign for sign in text if sign.isdigit())


def _email(text: str) -> str:
    """The address in its stored form; "" while it is not a whole one."""
    try:
        return emails.normalise(text)
    except Fault:
        return ""


def _by_name(text: str) -> Q:
    named = Q()
    for word in text.split()[:4]:
        spelt = (Q(first_name__icontains=w) | Q(last_name__icontains=w) for w in _spellings(word))
        named &= reduce(or_, spelt)
    return named


def _spellings(word: str) -> list[str]:
    """With the dots of ё and without: most people leave them out, on either side."""
    plain = word.lower().replace("ё", "е")
    places = [n for n, sign in enumerate(plain) if sign == "е"][:MOST_PLACES]
    return [plain, *(plain[:n] + "ё" + plain[n + 1 :] for n in places)]


def _allowing(scope: Scope, found: "QuerySet[Customer]", may: str) -> "QuerySet[Customer]":
    granted = ConsentState.objects.within(scope).filter(
        customer=OuterRef("pk"), purpose="marketing", state="granted"
    )
    if may in WITH:
        return found.filter(Exists(granted.filter(channel=may)))
    return found.filter(~Exists(granted)) if may == "none" else found
