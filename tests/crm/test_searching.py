"""Search finds a person by a phone that no numbering plan knows, as the demo's invented ones."""

import pytest

from core.scoping import Scope
from crm.models import Customer, Identity
from crm.selectors import searching
from tests import build

pytestmark = pytest.mark.django_db
INVENTED = "+9990000016098"


@pytest.fixture
def scope() -> Scope:
    return build.scope()


@pytest.fixture
def person(scope: Scope) -> Customer:
    found: Customer = Customer.unscoped.create(workspace=scope.workspace)
    Identity.unscoped.create(
        workspace=scope.workspace, customer=found, kind="phone", value=INVENTED
    )
    return found


@pytest.mark.parametrize("typed", [INVENTED, "9990000016098", "+999 000 001-60-98"])
def test_an_invented_phone_is_found_in_any_format(
    scope: Scope, person: Customer, typed: str
) -> None:
    assert list(searching.customers(scope=scope, q=typed)) == [person]


def test_another_number_finds_nobody(scope: Scope, person: Customer) -> None:
    assert list(searching.customers(scope=scope, q="+9990000016099")) == []


def test_a_broken_address_finds_nobody(scope: Scope, person: Customer) -> None:
    assert list(searching.customers(scope=scope, q="a@@b")) == []


@pytest.mark.parametrize("written", ["Ёлкина", "Елкина", "ЕЛКИНА"])
@pytest.mark.parametrize("typed", ["Ёлкина", "елкина", "алёна ёлк", "Алена Елкина"])
def test_a_name_is_found_with_its_dots_and_without(scope: Scope, written: str, typed: str) -> None:
    found = Customer.unscoped.create(
        workspace=scope.workspace, first_name="Алёна", last_name=written
    )

    assert list(searching.customers(scope=scope, q=typed)) == [found]


def test_other_letters_are_not_taken_for_each_other(scope: Scope) -> None:
    Customer.unscoped.create(workspace=scope.workspace, last_name="Олкина")

    assert not searching.customers(scope=scope, q="Ёлкина").exists()
