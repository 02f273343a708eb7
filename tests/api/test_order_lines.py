"""Quantities and prices are kept as they were sent, or refused: nothing is rounded silently."""

import json
from decimal import Decimal
from typing import Any

import pytest

from core.models import Workspace
from crm.models import Order, OrderLine, RefundLine
from tests.api.client import Api

FINE = [("quantity", "0.00001"), ("quantity", "1.0005"), ("quantity", "0.0001e0"),
        ("unit_price", "0.00001"), ("unit_price", "12.34567"), ("unit_price", "1e-5")]  # fmt: skip


def body(name: str, written: str, **more: Any) -> str:
    """An order whose second line has a number exactly as it is written here."""
    lines = [{"sku": "tea", "quantity": 1, "unit_price": 5},
             {"sku": "rum", "quantity": 1, "unit_price": 5, name: "HERE"}]  # fmt: skip
    order = {"external_id": "o-1", "placed_at": "2024-03-01T12:00:00Z", "lines": lines, **more}
    return json.dumps(order).replace('"HERE"', written)


@pytest.mark.parametrize(("name", "written"), FINE)
def test_a_number_finer_than_we_keep_is_refused_at_its_line(
    api: Api, shop: Workspace, name: str, written: str
) -> None:
    answer = api.call("POST", "/api/v1/orders", body(name, written), Idempotency_Key="k")

    fault = answer.json()["fields"][0]
    assert (answer.status_code, fault["field"]) == (400, f"lines.1.{name}")
    assert fault["code"] == "too_many_decimals"
    assert fault["message"] != fault["code"]
    assert not Order.objects.within(shop).exists()


@pytest.mark.parametrize(("name", "written"), FINE)
def test_of_a_list_only_the_order_with_such_a_number_is_rejected(
    api: Api, name: str, written: str
) -> None:
    bad, good = body(name, written), body("quantity", "1", external_id="o-2")
    sent = f'{{"orders": [{bad}, {good}]}}'

    answer = api.call("POST", "/api/v1/orders/batch", sent, Idempotency_Key="k")

    results = answer.json()["results"]
    assert [one["outcome"] for one in results] == ["rejected", "created"]
    assert (results[0]["code"], results[0]["field"]) == ("too_many_decimals", f"lines.1.{name}")


@pytest.mark.parametrize(("name", "written"), FINE)
def test_a_refund_refuses_it_too(api: Api, shop: Workspace, name: str, written: str) -> None:
    sent = body(name, written).replace("placed_at", "refunded_at")

    answer = api.call("POST", "/api/v1/refunds", sent, Idempotency_Key="k")

    assert (answer.status_code, answer.json()["fields"][0]["field"]) == (400, f"lines.1.{name}")
    assert not RefundLine.objects.within(shop).exists()


@pytest.mark.parametrize(
    ("name", "written"),
    [("quantity", "0.001"), ("quantity", "1.500000"), ("quantity", "2e0"),
     ("unit_price", "0.0001"), ("unit_price", "12.34560"), ("unit_price", "1e2")],
)  # fmt: skip
def test_a_number_we_can_keep_is_kept_to_the_last_digit(
    api: Api, shop: Workspace, name: str, written: str
) -> None:
    answer = api.call("POST", "/api/v1/orders", body(name, written), Idempotency_Key="k")

    assert answer.status_code == 201
    line = OrderLine.objects.within(shop).get(sku="rum")
    assert getattr(line, name) == Decimal(written)


LINES = [
    ({"sku": " "}, "required", "sku"),
    ({"quantity": 100_000, "unit_price": 10**9}, "too_large", "amount"),
    ({"amount": 10**11}, "too_large", "amount"),
]


def wrong(fault: dict[str, Any]) -> dict[str, Any]:
    """Five lines, the fourth of which cannot be taken."""
    fine = {"sku": "tea", "quantity": 1, "unit_price": 5}
    lines = [fine, fine, fine, fine | fault, fine]
    return {"external_id": "o-1", "placed_at": "2024-03-01T12:00:00Z", "lines": lines}


@pytest.mark.parametrize(("fault", "code", "field"), LINES)
def test_the_line_that_is_wrong_is_named_by_its_place(
    api: Api, fault: dict[str, Any], code: str, field: str
) -> None:
    answer = api.once("/api/v1/orders", wrong(fault)).json()

    assert [(one["field"], one["code"]) for one in answer["fields"]] == [(f"lines.3.{field}", code)]


@pytest.mark.parametrize(("fault", "code", "field"), LINES)
def test_so_it_is_in_a_list_and_in_a_refund(
    api: Api, fault: dict[str, Any], code: str, field: str
) -> None:
    order = wrong(fault)
    paper = {"refunded_at" if k == "placed_at" else k: v for k, v in order.items()}

    listed = api.once("/api/v1/orders/batch", {"orders": [order]}).json()["results"][0]
    refund = api.once("/api/v1/refunds", paper).json()["fields"][0]

    assert (listed["field"], listed["code"]) == (f"lines.3.{field}", code)
    assert (refund["field"], refund["code"]) == (f"lines.3.{field}", code)


def test_a_line_of_the_wrong_type_is_named_from_the_list_on(api: Api) -> None:
    answer = api.once("/api/v1/orders/batch", {"orders": [wrong({}), wrong({"sku": 5})]})

    assert answer.json()["fields"][0]["field"] == "orders.1.lines.3.sku"
