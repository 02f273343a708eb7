"""Orders and refunds through the API: upsert, batch, and what they may not do."""

from typing import Any

import pytest

from core.models import Event, Workspace
from crm.models import Customer, Order, OrderLine
from tests import build
from tests.api.client import Api

ORDER = {
    "external_id": "o-1",
    "placed_at": "2024-03-01T12:00:00+03:00",
    "customer": "c-1",
    "total": 150_00,
    "lines": [
        {"sku": "tea", "name": "Tea", "quantity": 2, "unit_price": 50},
        {"kind": "charge", "name": "Post", "quantity": 1, "unit_price": 50.0},
    ],
}


def test_a_new_order_is_201_and_is_read_at_once(api: Api) -> None:
    answer = api.once("/api/v1/orders", ORDER)

    assert (answer.status_code, answer.json()["outcome"]) == (201, "created")
    read = api.get(f"/api/v1/orders/{answer.json()['id']}").json()
    assert (read["total"], read["refunded"], len(read["lines"])) == (15_000, 0, 2)
    found = api.get("/api/v1/customers?external_id=c-1").json()["items"]
    assert [one["id"] for one in found] == [read["customer"]]


def test_the_same_order_again_changes_nothing(api: Api, shop: Workspace) -> None:
    api.once("/api/v1/orders", ORDER)
    again = api.once("/api/v1/orders", ORDER)

    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    assert OrderLine.objects.within(shop).count() == 2
    assert Event.objects.within(shop).filter(name="crm.orders_changed").count() == 1


def test_a_storm_of_retries_makes_one_order(api: Api, shop: Workspace) -> None:
    answers = [api.once("/api/v1/orders", ORDER, key="k") for _ in range(100)]

    assert {answer.content for answer in answers} == {answers[0].content}
    assert Order.objects.within(shop).count() == 1


def test_the_same_id_from_another_till_is_another_order(api: Api, shop: Workspace) -> None:
    api.once("/api/v1/orders", ORDER | {"source": "till-1"})
    answer = api.once("/api/v1/orders", ORDER | {"source": "till-2"})

    assert answer.status_code == 201
    assert Order.objects.within(shop).count() == 2


@pytest.mark.parametrize(
    ("path", "changed", "code", "field"),
    [
        ("orders", {"total": 1}, "totals_differ", "total"),
        ("orders", {"placed_at": "2999-01-01T00:00:00Z"}, "impossible_time", "placed_at"),
        ("refunds", {"total": 1}, "totals_differ", "total"),
        ("refunds", {"refunded_at": "2999-01-01T00:00:00Z"}, "impossible_time", "refunded_at"),
        ("refunds", {"order": "o-9"}, "unknown_reference", "order"),
        ("refunds", {"order": "o-1", "total": 150_01, "lines": []}, "refund_too_large", "total"),
    ],
)
def test_a_refusal_names_its_field_in_words(
    api: Api, path: str, changed: dict[str, Any], code: str, field: str
) -> None:
    api.once("/api/v1/orders", ORDER)
    refund = {k: v for k, v in ORDER.items() if k not in {"placed_at", "customer"}}
    refund |= {"refunded_at": ORDER["placed_at"]}
    sent = {"orders": ORDER, "refunds": refund}[path] | changed

    told = api.once(f"/api/v1/{path}", sent).json()

    assert (told["code"], told["status"]) == (code, 422)
    assert told["fields"] == [{"field": field, "code": code, "message": told["detail"]}]


def test_orders_are_found_by_id_source_and_customer(api: Api) -> None:
    pk = api.once("/api/v1/orders", ORDER).json()["id"]
    api.once("/api/v1/orders", ORDER | {"external_id": "o-2", "customer": "c-2"})
    customer = api.get(f"/api/v1/orders/{pk}").json()["customer"]

    queries = [f"customer={customer}", "external_id=o-1", "external_id=o-1&source=api"]

    found = [[one["id"] for one in api.get(f"/api/v1/orders?{q}").json()["items"]] for q in queries]
    assert found == [[pk]] * 3


def test_a_batch_says_what_became_of_each(api: Api, shop: Workspace) -> None:
    plain = {"placed_at": "2024-03-01T12:00:00Z", "total": 100}
    orders = [
        {"external_id": "a", **plain},
        {"external_id": "b", **plain, "placed_at": "2099-01-01T00:00:00Z"},
        {"external_id": "c", **plain, "lines": [{"sku": "x", "quantity": 1, "unit_price": 5}]},
        {"external_id": "a", **plain},
    ]

    answer = api.once("/api/v1/orders/batch", {"orders": orders}).json()

    assert [(one["index"], one["outcome"], one.get("code")) for one in answer["results"]] == [
        (0, "created", None),
        (1, "rejected", "impossible_time"),
        (2, "rejected", "totals_differ"),
        (3, "rejected", "repeated_in_batch"),
    ]
    assert Order.objects.within(shop).count() == 1


def test_a_batch_of_1000_takes_a_constant_number_of_queries(
    api: Api, shop: Workspace, django_assert_max_num_queries: Any
) -> None:
    orders = [
        {"external_id": f"o-{n}", "placed_at": "2024-03-01T12:00:00Z", "customer": f"c-{n % 100}",
         "lines": [{"sku": f"s-{n % 50}", "quantity": 1, "unit_price": 9.99}]}
        for n in range(1_000)
    ]  # fmt: skip

    with django_assert_max_num_queries(40):
        answer = api.once("/api/v1/orders/batch", {"orders": orders})

    assert answer.json()["created"] == 1_000
    assert Customer.objects.within(shop).count() == 100


def test_a_batch_with_one_malformed_order_writes_nothing(api: Api, shop: Workspace) -> None:
    good = {"external_id": "a", "placed_at": "2024-03-01T12:00:00Z", "total": 100}
    foreign = good | {"external_id": "b", "customer_id": 1}

    answer = api.once("/api/v1/orders/batch", {"orders": [good, foreign]})

    assert answer.status_code == 400
    assert answer.json()["fields"][0]["field"] == "orders.1.customer_id"
    assert Order.objects.within(shop).count() == 0


def test_the_customers_of_another_workspace_are_out_of_reach(api: Api, shop: Workspace) -> None:
    other = build.workspace()
    theirs = Api.of(other).post("/api/v1/customers", {"external_id": "c-1"}).json()["id"]

    pk = api.once("/api/v1/orders", ORDER).json()["id"]

    assert api.get(f"/api/v1/orders/{pk}").json()["customer"] != theirs
    assert Order.objects.within(other).count() == 0


def refund(**fields: Any) -> dict[str, Any]:
    return {"external_id": "r-1", "order": "o-1", "refunded_at": "2024-03-05T00:00:00Z"} | fields


def test_a_refund_is_recorded_once(api: Api, shop: Workspace) -> None:
    pk = api.once("/api/v1/orders", ORDER).json()["id"]

    first = api.once("/api/v1/refunds", refund(total=5_000))
    again = api.once("/api/v1/refunds", refund(total=5_000))

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["outcome"] == "unchanged"
    assert api.get(f"/api/v1/orders/{pk}").json()["refunded"] == 5_000


def test_more_than_was_paid_is_not_refunded(api: Api) -> None:
    pk = api.once("/api/v1/orders", ORDER).json()["id"]

    answer = api.once("/api/v1/refunds", refund(total=15_001))

    assert (answer.status_code, answer.json()["code"]) == (422, "refund_too_large")
    assert api.get(f"/api/v1/orders/{pk}").json()["refunded"] == 0


def test_the_same_paper_with_another_sum_is_refused(api: Api) -> None:
    api.once("/api/v1/orders", ORDER)
    api.once("/api/v1/refunds", refund(total=5_000))

    answer = api.once("/api/v1/refunds", refund(total=4_000))

    assert (answer.status_code, answer.json()["code"]) == (409, "refund_differs")


def test_a_refund_that_came_before_its_order_is_taken_later_with_the_same_key(api: Api) -> None:
    early = api.once("/api/v1/refunds", refund(total=5_000), key="k")
    api.once("/api/v1/orders", ORDER)
    late = api.once("/api/v1/refunds", refund(total=5_000), key="k")

    assert (early.status_code, early.json()["code"]) == (422, "unknown_reference")
    assert late.status_code == 201


def test_an_order_cannot_become_less_than_was_refunded(api: Api) -> None:
    api.once("/api/v1/orders", ORDER)
    api.once("/api/v1/refunds", refund(total=15_000))

    answer = api.once("/api/v1/orders", ORDER | {"total": 100, "lines": []})

    assert (answer.status_code, answer.json()["code"]) == (422, "refund_too_large")
