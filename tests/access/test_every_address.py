"""Every URL x role x {own, foreign object}: who is let in, and that nobody else leaves a trace.

The addresses come from the resolver, so a new one is tested from its first day: it must name a
permission, and its arguments must have builders in tests/access/objects.py.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.api.authentication import ANY_KEY, PUBLIC
from core.permissions import API_SCOPES, ROLES
from tests import build
from tests.access.addresses import Address, addresses
from tests.access.objects import BODIES, builder_of
from tests.access.visitors import KEYS, PEOPLE, Houses, Make
from tests.api.client import Api

ALL = addresses()
# Views that are open to everyone; a new one is added here on purpose or not at all.
OPEN = {
    "account_login", "account_logout", "set_language", "health", "api:health", "api:schema",
    "api:docs", "favicon",
}  # fmt: skip
# Views of libraries: they guard themselves and have no permission of ours.
LIBRARY = {"account_login", "account_logout", "set_language"}
# Signed links of messages: whoever holds one may follow it (tests/campaigns/public).
SIGNED = "m/"
# Pages of no workspace: a signed-in person's own, or the staff's.
PERSONAL = {"signed-in", "staff"}
OWN, FOREIGN = "Own-4d11", "Foreign-7f3a"
WRITES = re.compile(
    r"^\s*(INSERT|UPDATE|DELETE|TRUNCATE|WITH .*(INSERT|UPDATE|DELETE))", re.IGNORECASE
)
# What a refused request may still write: the session's and the key's own bookkeeping.
BOOKKEEPING = ("django_session", "core_apikey", "core_user", "core_idempotentrequest")
IN = "in"
OUT = {"anonymous": 302, "stranger": 404, "role": 403, "weak key": 403}


@dataclass(frozen=True)
class Door:
    """One address and method, where everybody knocks."""

    address: Address
    method: str

    def __str__(self) -> str:
        return f"{self.method} {self.address.name}"

    @property
    def permission(self) -> str:
        return str(self.address.permission(self.method))

    @property
    def visitors(self) -> dict[str, Make]:
        return KEYS if self.address.kind == "api" else PEOPLE

    @property
    def has_object(self) -> bool:
        return bool(set(self.address.kwargs) - {"workspace"})


DOORS = [Door(a, m) for a in ALL if a.kind in {"page", "api"} for m in a.methods]
ENDPOINTS = [address for address in ALL if address.kind == "api"]


@dataclass(frozen=True)
class Outcome:
    """What a visitor got: the status, how many rows were written, what of the houses was shown."""

    status: int
    writes: int
    shown: frozenset[str]


@pytest.fixture
def houses(db: None) -> Houses:
    return Houses(own=build.workspace(OWN), foreign=build.workspace(FOREIGN))


def path_of(door: Door, houses: Houses, *, foreign: bool = False) -> str:
    """The address with objects of the own or the foreign workspace in the own one's URL."""
    owner = houses.foreign if foreign else houses.own
    path = "/" + door.address.route.replace("^", "").replace("$", "")
    for kwarg in door.address.kwargs:
        is_slug = kwarg == "workspace"
        value = houses.own.slug if is_slug else builder_of(door.address.name, kwarg)(owner)
        path = re.sub(rf"<(\w+:)?{kwarg}>", str(value), path)
    return path


def knock(door: Door, client: Api, path: str) -> Outcome:
    """Knock, look what it did, and undo it, so that the next visitor finds the same house."""
    is_api = door.address.kind == "api"
    body = json.dumps(BODIES.get(door.address.name, {})) if is_api else ""
    kind = "application/json" if is_api else "application/x-www-form-urlencoded"
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        answer = client.call(
            door.method, path, body, content_type=kind, Idempotency_Key=f"k{build.number()}"
        )
        transaction.set_rollback(True)
    written = [query["sql"] for query in captured.captured_queries if WRITES.match(query["sql"])]
    counted = [sql for sql in written if not any(table in sql for table in BOOKKEEPING)]
    return Outcome(answer.status_code, len(counted), shown(answer))


def shown(answer: Any) -> frozenset[str]:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return frozenset(name for name in (OWN, FOREIGN) if name.encode() in content)


def everybody(door: Door, houses: Houses, path: str) -> dict[str, Outcome]:
    return {
        who: knock(door, make(houses, door.permission), path) for who, make in door.visitors.items()
    }


def reason(door: Door, who: str) -> str:
    """in, or why this visitor stays out."""
    if door.permission in {PUBLIC, ANY_KEY} or who == "right key":
        return IN
    if who not in ROLES:
        return who
    return IN if door.permission in ROLES[who] else "role"


def is_let_in(found: Outcome) -> bool:
    return 200 <= found.status < 500 and found.status not in {401, 403, 404}


def fits(door: Door, who: str, found: Outcome) -> bool:
    """Whether a visitor of the own house got what the permission says."""
    why = reason(door, who)
    if why == IN:
        return is_let_in(found)
    if who == "other key":
        # Its own workspace has no such object; without one it sees only its own.
        return (found.status == 404 if door.has_object else is_let_in(found)) and (
            OWN not in found.shown
        )
    return found.status == OUT[why] and not found.writes


def test_every_address_names_a_permission() -> None:
    ours = [a for a in ALL if a.kind != "admin" and a.name not in LIBRARY]

    silent = [f"{m} {a.route}" for a in ours for m in a.methods if not a.permission(m)]
    assert silent == [], 'say `permission = "…"` on the view (core/permissions.py)'
    assert len(ours) > 50


def test_a_permission_is_one_that_somebody_has() -> None:
    known = API_SCOPES | {PUBLIC, ANY_KEY, None} | PERSONAL | frozenset().union(*ROLES.values())

    assert {address.permission(m) for address in ALL for m in address.methods} <= known


def test_what_is_open_to_everyone_is_listed() -> None:
    public = {a.name for a in ALL for m in a.methods if a.permission(m) == PUBLIC}
    signed = {a.name for a in ALL if a.route.startswith(SIGNED)}

    assert public - signed - OPEN == set()


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_door_opens_to_whom_its_permission_names(door: Door, houses: Houses) -> None:
    path = path_of(door, houses)

    found = everybody(door, houses, path)

    assert {who: got for who, got in found.items() if not fits(door, who, got)} == {}


@pytest.mark.parametrize("door", [d for d in DOORS if d.has_object], ids=str)
def test_a_foreign_object_is_not_there(door: Door, houses: Houses) -> None:
    path = path_of(door, houses, foreign=True)
    visitors = {who: make for who, make in door.visitors.items() if who != "other key"}

    found = {
        who: knock(door, make(houses, door.permission), path) for who, make in visitors.items()
    }

    expected = {who: Outcome(OUT.get(reason(door, who), 404), 0, frozenset()) for who in found}
    # Pages of the own workspace may name the own workspace.
    assert {who: without_own(got) for who, got in found.items()} == expected


def without_own(found: Outcome) -> Outcome:
    return Outcome(found.status, found.writes, found.shown - {OWN})


def test_an_endpoint_without_a_key_is_401(houses: Houses) -> None:
    doors = [Door(address, address.methods[0]) for address in ENDPOINTS]
    found = {str(door): knock(door, Api(), path_of(door, houses)) for door in doors}

    public = {str(door) for door in doors if door.permission == PUBLIC}
    assert {name for name, got in found.items() if got.status != 401} == public
    assert {got.writes for got in found.values()} == {0}


def test_an_endpoint_does_not_hear_a_signed_in_owner(houses: Houses) -> None:
    owner = PEOPLE["owner"](houses, "")
    doors = [Door(address, address.methods[0]) for address in ENDPOINTS]
    found = {str(door): knock(door, owner, path_of(door, houses)) for door in doors}

    public = {str(door) for door in doors if door.permission == PUBLIC}
    assert {name for name, got in found.items() if got.status != 401} == public


@pytest.mark.parametrize("who", ["owner", "anonymous"])
def test_the_admin_is_for_the_staff_only(who: str, houses: Houses) -> None:
    client = PEOPLE[who](houses, "")
    paths = [admin_path(address) for address in ALL if address.kind == "admin"]

    statuses = {path: client.get(path).status_code for path in paths}

    assert {
        path: status for path, status in statuses.items() if status not in {302, 403, 404}
    } == {}
    assert len(paths) > 100


def admin_path(address: Address) -> str:
    path = re.sub(r"<[^>]+>|\(\?P<[^)]+\)", "1", "/" + address.route)
    return path.replace("^", "").replace("$", "").replace("\\Z", "")


def test_the_gallery_is_for_the_staff_and_the_entrance_for_the_signed_in(houses: Houses) -> None:
    owner, nobody = PEOPLE["owner"](houses, ""), PEOPLE["anonymous"](houses, "")

    assert [nobody.get(path).status_code for path in ("/gallery/", "/")] == [302, 302]
    assert [owner.get(path).status_code for path in ("/gallery/", "/")] == [403, 302]
