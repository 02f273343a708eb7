"""Who knocks: people by role, strangers, nobody, and keys; each as a client that sends as them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.test import Client

from core.models import Workspace
from core.permissions import API_SCOPES
from tests import build
from tests.api.client import Api

ROLES = ("owner", "marketer", "analyst", "agency", "partner", "cashier")


@dataclass(frozen=True)
class Houses:
    """The visited workspace, and another one."""

    own: Workspace
    foreign: Workspace


Make = Callable[[Houses, str], Api]


def browser(user: object = None) -> Api:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)  # type: ignore[arg-type]
    return Api(client=client)


def role(name: str) -> Make:
    return lambda houses, _permission: browser(build.member(houses.own, name))


def stranger(houses: Houses, _permission: str) -> Api:
    """An owner, but of the other workspace."""
    return browser(build.member(houses.foreign, "owner"))


def anonymous(_houses: Houses, _permission: str) -> Api:
    return browser()


def right_key(houses: Houses, _permission: str) -> Api:
    return Api.of(houses.own, API_SCOPES)


def other_key(houses: Houses, _permission: str) -> Api:
    return Api.of(houses.foreign, API_SCOPES)


def weak_key(houses: Houses, permission: str) -> Api:
    """A key with every right but the one that is asked for."""
    return Api.of(houses.own, API_SCOPES - {permission})


PEOPLE: dict[str, Make] = {name: role(name) for name in ROLES} | {
    "stranger": stranger,
    "anonymous": anonymous,
}
KEYS: dict[str, Make] = {
    "right key": right_key,
    "other key": other_key,
    "weak key": weak_key,
}
