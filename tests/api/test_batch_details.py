"""A list's rejected item is told as a single one would be: code, sentence, fields."""

from typing import Any

import pytest

from core.models import Workspace
from crm.refusals import sentence
from tests import build_crm
from tests.api.client import Api

ORDER = {"external_id": "o-1", "placed_at": "2024-03-01T12:00:00Z", "total": 100}
LINE = {"sku": "tea", "quantity": 1, "unit_price": 5}
ORDERS: dict[str, dict[str, Any]] = {
    "totals_differ": {"lines": [LINE]},
    "impossible_time": {"placed_at": "2999-01-01T00:00:00Z"},
    "refund_too_large": {"external_id": "paid", "total": 10},
    "required": {"lines": [LINE | {"sku": ""}], "total": 500},
    "too_many_decimals": {"lines": [LINE | {"quantity": 0.0001}]},
}
CUSTOMERS = {
    "identity_taken": {"email": "a@mail.ru"},
    "phone": {"phone": "12"},
    "email": {"email": "a@"},
    "date_in_future": {"birth_date": "2999-01-01"},
}
# Every code that an item of a list may be rejected with.
CODES = [*ORDERS, *CUSTOMERS, "repeated_in_batch", "too_long", "too_large", "number", "nul", "hidden_sign",
         "timezone_missing", "timezone", "language", "gender", "date", "phone_several",
         "phone_extension", "phone_too_long", "email_control", "email_too_long"]  # fmt: skip


@pytest.fixture
def known(shop: Workspace) -> None:
    build_crm.customer(shop, external_id="anna", email="a@mail.ru")
    build_crm.order(shop, total=100, external_id="paid", source="api", refunded=50)


def told(document: dict[str, Any]) -> list[tuple[str, str]]:
    """The fields of a refusal with their sentences; those of the shape apart."""
    return [(one["field"], one["message"]) for one in document["fields"]]


@pytest.mark.parametrize("code", ORDERS)
def test_an_order_is_rejected_in_the_same_words_in_a_list_and_alone(
    api: Api, known: None, code: str
) -> None:
    sent = ORDER | ORDERS[code]

    listed = api.once("/api/v1/orders/batch", {"orders": [sent]}).json()["results"][0]
    alone = api.once("/api/v1/orders", sent).json()

    assert (listed["outcome"], listed["code"]) == ("rejected", code)
    assert told(listed) == told(alone)
    assert listed["detail"] == alone["fields"][0]["message"]
    assert listed["fields"][0]["field"] == listed["field"]


@pytest.mark.parametrize("code", CUSTOMERS)
def test_a_customer_is_rejected_in_the_same_words_in_a_list_and_alone(
    api: Api, known: None, code: str
) -> None:
    sent = {"external_id": "boris"} | CUSTOMERS[code]

    batch = api.post("/api/v1/customers/batch", {"customers": [sent]}).json()["results"][0]
    alone = api.post("/api/v1/customers", sent).json()

    assert (batch["outcome"], batch["code"]) == ("rejected", code)
    assert told(batch) == told(alone)


def test_what_was_taken_says_no_more(api: Api) -> None:
    good = api.once("/api/v1/orders/batch", {"orders": [ORDER]}).json()["results"][0]

    assert set(good) == {"index", "external_id", "outcome", "id"}


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_sentence(code: str) -> None:
    assert sentence(code) != code
    assert " " in sentence(code)


def test_the_sentence_is_in_the_callers_language(api: Api) -> None:
    sent = {"orders": [ORDER | {"placed_at": "2999-01-01T00:00:00Z"}]}

    said = {
        language: api.once("/api/v1/orders/batch", sent, Accept_Language=language).json()
        for language in ("ru", "en")
    }

    words = {language: answer["results"][0]["detail"] for language, answer in said.items()}
    assert words["en"].startswith("This cannot have happened")
    assert words["ru"] != words["en"]
