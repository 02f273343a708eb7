"""Where only some words are known, any other is refused, and the refusal lists what may be."""

from typing import Any

import pytest

from core.errors import InvalidInput
from core.models import Workspace
from crm.models import Consent, Customer
from crm.rules import languages
from crm.services import consents, customers
from crm.services.inputs import CustomerInput
from tests import build, build_crm, build_loyalty
from tests.api.client import Api

SAID = {"channel": "email", "state": "granted", "stated_at": "2024-03-01T12:00:00Z"}


@pytest.mark.parametrize("channel", ["push", "Email", "e-mail", "sms ", "", "pigeon"])
def test_a_consent_to_a_channel_there_is_not_is_refused(
    api: Api, shop: Workspace, channel: str
) -> None:
    pk = build_loyalty.customer(shop).pk

    answer = api.post(f"/api/v1/customers/{pk}/consents", SAID | {"channel": channel})

    fault = answer.json()["fields"][0]
    assert (answer.status_code, fault["field"], fault["code"]) == (400, "channel", "not_a_choice")
    assert fault["choices"] == ["email", "sms"]
    assert "email, sms" in fault["message"]
    assert not Consent.objects.within(shop).exists()


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_a_consent_to_a_channel_there_is_counts(api: Api, shop: Workspace, channel: str) -> None:
    pk = build_loyalty.customer(shop).pk

    answer = api.post(f"/api/v1/customers/{pk}/consents", SAID | {"channel": channel})

    assert answer.status_code == 201


@pytest.mark.parametrize("say", [consents.give, consents.withdraw])
def test_no_other_door_lets_such_a_channel_in(shop: Workspace, say: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        say(
            scope=build.scope(within=shop),
            customer=build_loyalty.customer(shop),
            channel="push",
            stated_at=build.NOON,
            source="form",
        )

    assert refused.value.fields[0]["field"] == "channel"


def sent(api: Api, shop: Workspace, way: str, language: str) -> Any:
    if way == "patch":
        pk = build_crm.customer(shop).pk
        return api.patch(f"/api/v1/customers/{pk}", {"language": language})
    one = {"external_id": "c-1", "language": language}
    if way == "batch":
        return api.post("/api/v1/customers/batch", {"customers": [one]})
    return api.post("/api/v1/customers", one)


@pytest.mark.parametrize("language", ["klingon", "xx", "RU", "русский", "en-GB", " "])
@pytest.mark.parametrize(
    ("way", "field"),
    [("post", "language"), ("patch", "language"), ("batch", "customers.0.language")],
)
def test_a_language_that_is_none_is_refused(
    api: Api, shop: Workspace, way: str, field: str, language: str
) -> None:
    answer = sent(api, shop, way, language)

    fault = answer.json()["fields"][0]
    assert (answer.status_code, fault["field"], fault["code"]) == (400, field, "not_a_choice")
    assert {"ru", "en", "de"} < set(fault["choices"])
    assert not Customer.objects.within(shop).exclude(language="").exists()


@pytest.mark.parametrize("language", ["ru", "en", "kk", ""])
@pytest.mark.parametrize("way", ["post", "patch", "batch"])
def test_a_language_is_taken_and_so_is_none(
    api: Api, shop: Workspace, way: str, language: str
) -> None:
    answer = sent(api, shop, way, language)

    assert answer.status_code in {200, 201}
    assert Customer.objects.within(shop).get().language == language


def test_a_list_rejects_only_the_one_whose_language_is_none(shop: Workspace) -> None:
    items = [CustomerInput("c-1", language="klingon"), CustomerInput("c-2", language="ru")]

    said = customers.upsert(scope=build.scope(within=shop), items=items, at=build.NOON)

    assert [(one.outcome, one.code, one.field) for one in said] == [
        ("rejected", "language", "language"), ("created", "", ""),
    ]  # fmt: skip


def test_the_document_lists_what_may_be(api: Api) -> None:
    document = api.get("/api/schema/?format=json").json()["components"]["schemas"]

    own = document["CustomerUpsertRequest"]["properties"]["language"]
    assert document["ConsentStatementRequest"]["properties"]["channel"]["enum"] == ["email", "sms"]
    assert own["enum"] == ["", *languages.CODES]
    assert "enum" not in document["Customer"]["properties"]["language"]
