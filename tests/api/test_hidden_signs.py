"""Signs that nobody sees, over the API: ids with one are refused, names are left without."""

from typing import Any

import pytest

from core.models import Workspace
from crm.models import Consent, Customer, Identity, Order, OrderLine, Refund
from tests import build_crm
from tests.api.client import Api

BATCH = "/api/v1/customers/batch"
ORDER = {"external_id": "o-1", "placed_at": "2024-03-01T12:00:00Z"}
LINE = {"sku": "tea", "quantity": 1, "unit_price": 5}
IDS: list[tuple[str, dict[str, Any]]] = [
    ("external_id", {"external_id": "c\u200b1"}),
    ("system", {"external_id": "c1", "system": "s\u202e1"}),
    ("card", {"external_id": "c1", "card": "12\u200f34"}),
    ("external_id", {"external_id": "c\n1"}),
]
OF_ORDERS: list[tuple[str, dict[str, Any]]] = [
    ("external_id", ORDER | {"external_id": "o\ufeff1", "total": 100}),
    ("customer", ORDER | {"customer": "c\u20661", "total": 100}),
    ("system", ORDER | {"customer": "c1", "system": "s\x07", "total": 100}),
    ("lines.0.sku", ORDER | {"lines": [LINE | {"sku": "te\u200ba"}]}),
]


@pytest.mark.parametrize(("field", "body"), IDS)
def test_an_id_with_one_is_refused(api: Api, shop: Workspace, field: str, body: Any) -> None:
    alone = api.post("/api/v1/customers", body).json()["fields"][0]
    listed = api.post(BATCH, {"customers": [body]}).json()["results"][0]

    assert (alone["field"], alone["code"]) == (field, "hidden_sign")
    assert (listed["field"], listed["code"]) == (field, "hidden_sign")
    assert not Identity.objects.within(shop).exists()


@pytest.mark.parametrize(("field", "body"), OF_ORDERS)
def test_an_order_naming_one_is_refused(api: Api, shop: Workspace, field: str, body: Any) -> None:
    fault = api.once("/api/v1/orders", body).json()["fields"][0]

    assert (fault["field"], fault["code"]) == (field, "hidden_sign")
    assert not Order.objects.within(shop).exists()


def test_a_refund_with_one_in_its_number_is_refused(api: Api, shop: Workspace) -> None:
    body = {"external_id": "r\u200b1", "refunded_at": "2024-03-01T12:00:00Z", "total": 100}

    fault = api.once("/api/v1/refunds", body).json()["fields"][0]

    assert (fault["field"], fault["code"]) == ("external_id", "hidden_sign")
    assert not Refund.objects.within(shop).exists()


def test_names_are_kept_as_they_are_seen(api: Api, shop: Workspace) -> None:
    names = {"first_name": "\u202eAn\u200bna", "last_name": "Maria\tIvanova", "city": "Om\x07sk"}

    api.post("/api/v1/customers", {"external_id": "c1", **names})

    person = Customer.objects.within(shop).get()
    assert (person.first_name, person.last_name, person.city) == ("Anna", "Maria Ivanova", "Omsk")


def test_a_changed_name_is_kept_as_it_is_seen(api: Api, shop: Workspace) -> None:
    person = build_crm.customer(shop)

    api.patch(f"/api/v1/customers/{person.pk}", {"first_name": "\u2066An\ufeffna\u2069"})

    person.refresh_from_db()
    assert person.first_name == "Anna"


def test_a_products_title_is_kept_as_it_is_seen(api: Api, shop: Workspace) -> None:
    api.once("/api/v1/orders", ORDER | {"lines": [LINE | {"name": "Te\u200ba\u202e"}]})

    assert OrderLine.objects.within(shop).get().name == "Tea"


def test_a_proof_is_kept_as_it_is_seen(api: Api, shop: Workspace) -> None:
    person = build_crm.customer(shop)
    said = {"channel": "email", "state": "granted", "stated_at": "2024-03-01T12:00:00Z"}

    api.post(f"/api/v1/customers/{person.pk}/consents",
             said | {"proof": "form\u202e 7\u200b", "text_version": "v\u20601"})  # fmt: skip

    consent = Consent.objects.within(shop).get()
    assert (consent.proof, consent.text_version) == ("form 7", "v1")


def test_signs_nobody_sees_prove_no_consent(api: Api, shop: Workspace) -> None:
    path = f"/api/v1/customers/{build_crm.customer(shop).pk}/consents"
    said = {"channel": "email", "state": "granted", "stated_at": "2024-03-02T12:00:00Z"}
    api.post(path, {"channel": "email", "state": "withdrawn", "stated_at": "2024-03-01T12:00:00Z"})

    unproven = api.post(path, said | {"proof": "\u200b"})
    proven = api.post(path, said | {"proof": "form 7"})

    assert unproven.json()["code"] == "consent_kept_withdrawn"
    assert proven.status_code == 201
