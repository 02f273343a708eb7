"""Facts of orders name everybody whose orders are other ones now, whatever way they came."""

from pathlib import Path

import pytest

from core.models import Event
from core.scoping import Scope
from crm.models import Customer
from crm.services import orders
from crm.services.inputs import OrderInput
from tests import build, build_crm

pytestmark = pytest.mark.django_db
FILE = "order_id,customer,date,amount\n1,anna,2024-01-01,10\n2,boris,2024-01-02,20\n"


@pytest.fixture
def scope() -> Scope:
    return build.scope()


@pytest.fixture
def anna(scope: Scope) -> Customer:
    return build_crm.customer(scope.workspace, external_id="anna")


@pytest.fixture
def boris(scope: Scope) -> Customer:
    return build_crm.customer(scope.workspace, external_id="boris")


def sell(scope: Scope, customer: str | None) -> None:
    item = OrderInput(external_id="o-1", placed_at=build.NOON, customer=customer, total=1000)
    orders.upsert(scope=scope, items=[item], at=build.NOON)


def told_last(scope: Scope) -> list[int]:
    """Whom the newest fact of changed orders names."""
    facts = Event.objects.within(scope).filter(name="crm.orders_changed").order_by("pk")
    named: list[int] = facts.values_list("payload", flat=True).last()["customer_ids"]
    return named


def test_an_order_that_goes_over_names_both_customers(
    scope: Scope, anna: Customer, boris: Customer
) -> None:
    sell(scope, "anna")

    sell(scope, "boris")

    assert told_last(scope) == [anna.pk, boris.pk]


def test_an_order_that_nobody_has_any_more_names_whose_it_was(scope: Scope, anna: Customer) -> None:
    sell(scope, "anna")

    sell(scope, None)

    assert told_last(scope) == [anna.pk]


def test_a_file_that_moves_an_order_names_whom_it_left(
    scope: Scope, anna: Customer, tmp_path: Path
) -> None:
    build_crm.loaded(scope, build_crm.text_file(tmp_path, FILE))

    build_crm.loaded(scope, build_crm.text_file(tmp_path, FILE.replace("1,anna", "1,boris")))

    assert told_last(scope) == [anna.pk]


def test_a_file_that_moves_no_order_names_nobody(scope: Scope, tmp_path: Path) -> None:
    build_crm.loaded(scope, build_crm.text_file(tmp_path, FILE))

    build_crm.loaded(scope, build_crm.text_file(tmp_path, FILE.replace(",20", ",30")))

    assert not Event.objects.within(scope).filter(name="crm.orders_changed").exists()
