"""Every URL x role x {own, foreign object}: who is let in, and that nobody else leaves a trace.

The addresses come from the resolver, so a new one is tested from its first day: it must name a
permission, and its arguments must have builders in tests/access/objects.py.
"""

import json
import re
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.authentication import ANY_KEY, PUBLIC
from core.permissions import API_SCOPES, ROLES
from tests import build
from tests.access.addresses import Address, addresses
from tests.access.objects import BODIES, builder_of
from tests.access.visitors import KEYS, PEOPLE, Houses
from tests.api.client import Answered, Api

ALL = addresses()
# Views that are open to everyone; a new one is added here on purpose or not at all.
OPEN = {
    "account_login", "account_logout", "set_language", "health", "api:health", "api:schema",
    "api:docs",
}  # fmt: skip
# Views of libraries: they guard themselves and have no permission of ours.
LIBRARY = {"account_login", "account_logout", "set_language"}
# Signed links of messages: whoever holds one may follow it (tests/campaigns/public).
SIGNED = "m/"
# Pages of no workspace: a signed-in person's own, or the staff's.
PERSONAL = {"signed-in", "staff"}
LET_IN = range(200, 500)
SHUT = {401, 403, 404}
MARK = "Foreign-7f3a"
OWN = "Own-4d11"
WRITES = re.compile(
    r"^\s*(INSERT|UPDATE|DELETE|TRUNCATE|WITH .*(INSERT|UPDATE|DELETE))", re.IGNORECASE
)
# What a refused request may still write: the session's and the key's own bookkeeping.
BOOKKEEPING = ("django_session", "core_apikey", "core_user", "core_idempotentrequest")


@dataclass(frozen=True)
class Visit:
    """One knock: which address, how, by whom."""

    address: Address
    method: str
    who: str

    def __str__(self) -> str:
        return f"{self.method} {self.address.name} by {self.who}"


def visits(kind: str, people: object) -> list[Visit]:
    chosen = [address for address in ALL if address.kind == kind]
    return [Visit(a, m, w) for a in chosen for m in a.methods for w in people]  # type: ignore[attr-defined]


PAGES = visits("page", PEOPLE)
CALLS = visits("api", KEYS)
FOREIGN = [v for v in (*PAGES, *CALLS) if set(v.address.kwargs) - {"workspace"}]


@pytest.fixture
def houses(db: None) -> Houses:
    return Houses(own=build.workspace(OWN), foreign=build.workspace(MARK))


def path_of(visit: Visit, houses: Houses, *, foreign: bool = False) -> str:
    """The address with objects of the own or the foreign workspace in the own one's URL."""
    owner = houses.foreign if foreign else houses.own
    path = "/" + visit.address.route.replace("^", "").replace("$", "")
    for kwarg in visit.address.kwargs:
        is_slug = kwarg == "workspace"
        value = houses.own.slug if is_slug else builder_of(visit.address.name, kwarg)(owner)
        path = re.sub(rf"<(\w+:)?{kwarg}>", str(value), path)
    return path


def knock(visit: Visit, client: Api, path: str) -> tuple[Answered, list[str]]:
    """The answer, and the writes that it took."""
    body = json.dumps(BODIES.get(visit.address.name, {})) if visit.address.kind == "api" else ""
    kind = "application/json" if body else "application/x-www-form-urlencoded"
    with CaptureQueriesContext(connection) as captured:
        answer = client.call(
            visit.method, path, body, content_type=kind, Idempotency_Key=f"k{build.number()}"
        )
    written = [query["sql"] for query in captured.captured_queries if WRITES.match(query["sql"])]
    return answer, [sql for sql in written if not any(table in sql for table in BOOKKEEPING)]


def expected_of(visit: Visit) -> str:
    """in, or the reason for which this visitor stays out."""
    permission = visit.address.permission(visit.method)
    if permission in {PUBLIC, ANY_KEY} or visit.who == "right key":
        return "in"
    if visit.who in {"anonymous", "stranger", "weak key", "other key"}:
        return visit.who
    return "in" if permission in ROLES[visit.who] else "role"


OUT = {"anonymous": 302, "stranger": 404, "role": 403, "weak key": 403}


@pytest.mark.parametrize("address", ALL, ids=lambda address: address.name)
def test_every_address_names_a_permission(address: Address) -> None:
    named = [address.permission(method) for method in address.methods]

    assert address.kind == "admin" or address.name in LIBRARY or all(named), (
        f'{address.route}: say `permission = "…"` on the view (core/permissions.py)'
    )


@pytest.mark.parametrize("address", ALL, ids=lambda address: address.name)
def test_a_permission_is_one_that_somebody_has(address: Address) -> None:
    known = API_SCOPES | {PUBLIC, ANY_KEY, None} | PERSONAL | frozenset().union(*ROLES.values())

    assert {address.permission(method) for method in address.methods} <= known


@pytest.mark.parametrize("address", ALL, ids=lambda address: address.name)
def test_what_is_open_to_everyone_is_listed(address: Address) -> None:
    is_public = PUBLIC in {address.permission(method) for method in address.methods}

    assert not is_public or address.name in OPEN or address.route.startswith(SIGNED)


@pytest.mark.parametrize("visit", PAGES, ids=str)
def test_a_page_lets_in_whom_its_permission_names(visit: Visit, houses: Houses) -> None:
    client = PEOPLE[visit.who](houses, "")

    answer, written = knock(visit, client, path_of(visit, houses))

    reason = expected_of(visit)
    fits = (
        answer.status_code in set(LET_IN) - SHUT
        if reason == "in"
        else (answer.status_code == OUT[reason])
    )
    assert fits, f"{answer.status_code} for {reason}"
    assert reason == "in" or not written


@pytest.mark.parametrize("visit", CALLS, ids=str)
def test_an_endpoint_lets_in_the_key_with_its_right(visit: Visit, houses: Houses) -> None:
    permission = str(visit.address.permission(visit.method))
    client = KEYS[visit.who](houses, permission)

    answer, written = knock(visit, client, path_of(visit, houses))

    reason = expected_of(visit)
    expected = {
        "in": set(LET_IN) - SHUT,
        "weak key": {403},
        # Its own workspace has no such object; without one there is nothing of ours to see.
        "other key": {404} if visit.address.kwargs else set(LET_IN) - SHUT,
    }
    assert answer.status_code in expected[reason]
    assert reason != "weak key" or not written
    assert visit.who != "other key" or OWN.encode() not in answer.content


@pytest.mark.parametrize("address", [a for a in ALL if a.kind == "api"], ids=lambda a: a.name)
def test_an_endpoint_without_a_key_is_401(address: Address, houses: Houses) -> None:
    visit = Visit(address, address.methods[0], "anonymous")

    answer, written = knock(visit, Api(), path_of(visit, houses))

    is_public = address.permission(visit.method) == PUBLIC
    assert (answer.status_code, written) == (200 if is_public else 401, [])


@pytest.mark.parametrize("address", [a for a in ALL if a.kind == "api"], ids=lambda a: a.name)
def test_an_endpoint_does_not_hear_a_signed_in_owner(address: Address, houses: Houses) -> None:
    visit = Visit(address, address.methods[0], "owner")
    client = PEOPLE["owner"](houses, "")

    answer, _written = knock(visit, client, path_of(visit, houses))

    assert answer.status_code == (200 if address.permission(visit.method) == PUBLIC else 401)


@pytest.mark.parametrize("visit", FOREIGN, ids=str)
def test_a_foreign_object_is_not_there(visit: Visit, houses: Houses) -> None:
    client = (PEOPLE | KEYS)[visit.who](houses, str(visit.address.permission(visit.method)))
    path = path_of(visit, houses, foreign=visit.who != "other key")

    answer, written = knock(visit, client, path)

    reason = expected_of(visit)
    assert answer.status_code == OUT.get(reason, 404)
    assert MARK.encode() not in answer.content
    assert written == []


@pytest.mark.parametrize(
    "address", [a for a in ALL if a.kind == "admin"], ids=lambda address: address.name
)
@pytest.mark.parametrize("who", ["owner", "anonymous"])
def test_the_admin_is_for_the_staff_only(address: Address, who: str, houses: Houses) -> None:
    client = PEOPLE[who](houses, "")
    path = re.sub(r"<[^>]+>|\(\?P<[^)]+\)", "1", "/" + address.route)

    answer = client.get(path.replace("^", "").replace("$", "").replace("\\Z", ""))

    assert answer.status_code in {302, 404} or address.name == "admin:login"
