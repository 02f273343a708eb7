"""Finding customers: by phone in any form, e-mail, card, external id or name; and filters."""

import re
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Replace, Reverse, Upper

from core.models import Workspace
from core.scoping import Scope
from crm.models import ConsentState, Customer, Identity
from crm.rules import emails, phones
from crm.rules.faults import Fault

MOST_BY_IDENTITY = 200
SHORTEST_BEGINNING = 3
SHORTEST_TAIL, LONGEST_TAIL = 4, 15
DIGITS = frozenset("0123456789")
_TAIL = re.compile(r"[0-9\s()./\-\u2010-\u2015]+")
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
    """Whose whole identity it is, else whose e-mail begins or phone ends so; in one query."""
    rows = Identity.objects.within(scope)
    wholes = [rows.filter(_whole(scope.workspace, text)), with_card(rows, text)]
    parts = []
    if len(text) >= SHORTEST_BEGINNING and " " not in text and text.isascii():
        parts.append(rows.filter(kind="email", value__startswith=text.lower()))
    if tail := tail_of(text):
        parts.append(with_phone_tail(rows, tail))
    ranked = [
        found.values_list("customer_id", Value(rank))[:MOST_BY_IDENTITY]
        for rank, several in enumerate((wholes, parts))
        for found in several
    ]
    owners = ranked[0].union(*ranked[1:])
    best = min((rank for _, rank in owners), default=0)
    return [owner for owner, rank in owners if rank == best][:MOST_BY_IDENTITY]


def _whole(workspace: Workspace, text: str) -> Q:
    exact = Q(kind="external", value=text)
    if phones.looks_like_one(text):
        return exact | Q(kind="phone", value=_phone(workspace, text))
    if "@" in text and _email(text):
        return exact | Q(kind="email", value=_email(text))
    return exact


def tail_of(text: str) -> str:
    """The digits of what may be the end of a phone, with any separators; "" for anything else."""
    digits = "".join(sign for sign in text if sign in DIGITS)
    is_tail = SHORTEST_TAIL <= len(digits) <= LONGEST_TAIL and _TAIL.fullmatch(text)
    return digits if is_tail else ""


def with_phone_tail(rows: "QuerySet[Identity]", tail: str) -> "QuerySet[Identity]":
    """Phones that end with these digits; the index keeps them from the end."""
    backwards = rows.filter(kind="phone").annotate(backwards=Reverse("value"))
    return backwards.filter(backwards__startswith=tail[::-1])


def with_card(rows: "QuerySet[Identity]", text: str) -> "QuerySet[Identity]":
    """Cards with this number, however it is spaced and whatever its case."""
    plain = Upper(Replace("value", Value(" "), Value("")))
    wanted = Upper(Value("".join(text.split())))
    return rows.filter(kind="card").annotate(plain=plain).filter(plain=wanted)


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
