"""A refund belongs to its order's customer: naming anybody else is a mistake, and said so."""

import pytest

from core.models import Workspace
from crm.models import Refund
from tests import build_crm
from tests.api.client import Answered, Api

REFUND = {"external_id": "r-1", "refunded_at": "2024-03-02T12:00:00Z", "order": "o-1", "total": 50}


@pytest.fixture
def bought(shop: Workspace) -> None:
    """Anna's order, a guest's order, and Boris who bought nothing."""
    anna = build_crm.customer(shop, external_id="anna", email="a@mail.ru")
    build_crm.identity(anna, "external", "a-17", system="till")
    build_crm.customer(shop, external_id="boris")
    build_crm.order(shop, by=anna, total=100, external_id="o-1", source="api")
    build_crm.order(shop, total=100, external_id="guest", source="api")


def refund(api: Api, **more: object) -> Answered:
    return api.once("/api/v1/refunds", REFUND | more)


@pytest.mark.parametrize("named", [{"customer": "boris"}, {"order": "guest", "customer": "anna"}])
def test_a_refund_that_names_another_than_its_orders_is_refused(
    api: Api, shop: Workspace, bought: None, named: dict[str, str]
) -> None:
    answer = refund(api, **named)

    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, "order_of_another_customer")
    assert [(one["field"], one["code"]) for one in told["fields"]] == [("customer", told["code"])]
    assert told["fields"][0]["message"] == told["detail"]
    assert not Refund.objects.within(shop).exists()


def test_a_refund_that_names_a_stranger_waits_for_them(
    api: Api, shop: Workspace, bought: None
) -> None:
    answer = refund(api, customer="nobody")

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_reference")
    assert answer.json()["fields"][0]["field"] == "customer"
    assert not Refund.objects.within(shop).exists()


@pytest.mark.parametrize(
    "named", [{"customer": "anna"}, {"customer": "a-17", "system": "till"}, {}]
)
def test_a_refund_that_names_its_orders_customer_or_nobody_is_recorded(
    api: Api, shop: Workspace, bought: None, named: dict[str, str]
) -> None:
    answer = refund(api, **named)

    assert answer.status_code == 201
    assert Refund.objects.within(shop).get().customer_id is not None


def test_one_refused_may_be_corrected_under_the_same_paper(
    api: Api, shop: Workspace, bought: None
) -> None:
    refund(api, customer="boris")

    answer = refund(api, customer="anna")

    assert answer.status_code == 201


def test_a_number_that_comes_again_with_another_sum_is_named(api: Api, bought: None) -> None:
    refund(api)

    answer = refund(api, total=40).json()

    assert (answer["status"], answer["code"]) == (409, "refund_differs")
    assert answer["fields"][0]["field"] == "external_id"
