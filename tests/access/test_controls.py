"""The access test finds what it is there to find: its own negative controls."""

import pytest
from django.views import View

from core.models import Workspace
from core.web import Page
from tests.access.addresses import Address
from tests.access.objects import NoBuilder, builder_of
from tests.access.test_every_address import Door, Outcome, fits, reason


class Forgotten(Page):
    """A page whose author forgot the permission."""

    def get(self, request: object) -> None: ...


class Named(Page):
    permission = "audit.view"

    def get(self, request: object) -> None: ...


class Plain(View):
    def get(self, request: object) -> None: ...


def address(view: type[View], *kwargs: str) -> Address:
    return Address("core:test", "test/", view.as_view(), kwargs)


@pytest.mark.parametrize("view", [Forgotten, Plain])
def test_a_view_without_a_permission_is_found(view: type[View]) -> None:
    assert address(view).permission("GET") is None


def test_a_permission_that_is_named_is_read() -> None:
    assert address(Named).permission("GET") == "audit.view"


def test_an_argument_without_a_builder_says_what_to_do() -> None:
    with pytest.raises(NoBuilder, match=r"tests/access/objects\.py"):
        builder_of("core:test", "something_new")


def test_a_known_argument_has_a_builder(db: None) -> None:
    assert builder_of("core:job", "job")(Workspace.objects.create(name="A", slug="a"))


FOUND = {
    "a marketer let into the audit log": ("marketer", Outcome(200, 0, frozenset())),
    "a stranger told that it exists": ("stranger", Outcome(403, 0, frozenset())),
    "an owner refused": ("owner", Outcome(403, 0, frozenset())),
    "an owner met by a crash": ("owner", Outcome(500, 0, frozenset())),
    "a refusal that wrote": ("marketer", Outcome(403, 1, frozenset())),
    "nobody let in": ("anonymous", Outcome(200, 0, frozenset())),
}


@pytest.mark.parametrize(("who", "outcome"), FOUND.values(), ids=FOUND.keys())
def test_a_wrong_outcome_is_found(who: str, outcome: Outcome) -> None:
    assert not fits(Door(address(Named), "GET"), who, outcome)


RIGHT = {"owner": 200, "marketer": 403, "stranger": 404, "anonymous": 302}


@pytest.mark.parametrize(("who", "status"), RIGHT.items(), ids=RIGHT.keys())
def test_a_right_outcome_passes(who: str, status: int) -> None:
    door = Door(address(Named), "GET")

    assert fits(door, who, Outcome(status, 0, frozenset()))
    assert (reason(door, who) == "in") == (status == 200)
