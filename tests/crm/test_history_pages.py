"""The history of a customer: facts of every app in one line, each once, newest first."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import translation

from core.models import Workspace
from crm import timeline
from crm.cards import Look
from crm.models import Customer
from crm.services import consents
from loyalty.services import following
from tests import build, build_campaigns, build_crm, build_loyalty

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def shop() -> Workspace:
    return build.workspace(locale="en", timezone="UTC", currency="GBP")


@pytest.fixture
def customer(shop: Workspace) -> Customer:
    """Fifty orders with points, three of them at one instant, a refund, a consent, a letter."""
    program = build_loyalty.program(shop)
    person = build_campaigns.person(shop, first_name="Maria")
    for number in range(50):
        at = build.NOON + timedelta(hours=max(number, 3))
        build_crm.order(shop, by=person, total=10_000, at=at, external_id=f"A-{number:02}")
    following.catch_up(program=program, at=build.NOON + timedelta(days=60))
    build_campaigns.launched(build_campaigns.cascade(shop, name="Autumn", control_percent=0))
    consents.withdraw(
        scope=build.scope(shop), customer=person, channel="sms", source="team", proof="by phone",
        stated_at=build.NOON + timedelta(days=9),
    )  # fmt: skip
    return person


def _all(shop: Workspace, customer: Customer, **asked: str) -> list[Any]:
    """Every item, page after page."""
    found, after = [], ""
    for _turn in range(20):
        query = QueryDict(urlencode({**asked, "after": after}))
        look = Look(build.scope(shop), customer, build.NOON, query)
        part = timeline.part(look, "All")
        found += [item for day in part["days"] for item in day.items]
        after = part["after"]
        if not after:
            return found
    raise AssertionError("the pages do not end")


def test_every_fact_of_every_app_comes_once(shop: Workspace, customer: Customer) -> None:
    facts = [item.fact for item in _all(shop, customer)]

    assert len([fact for fact in facts if fact.startswith("Order A-")]) == 50
    assert len({fact for fact in facts if fact.startswith("Order A-")}) == 50
    assert len([fact for fact in facts if fact.startswith("Points: ")]) == 50
    assert facts.count("Refused advertising: SMS") == 1
    assert len([fact for fact in facts if fact.endswith("Autumn")]) >= 1


@pytest.mark.parametrize(("kind", "begins"), [("orders", "Order "), ("points", "Points: ")])
def test_one_kind_shows_that_kind_alone(
    shop: Workspace, customer: Customer, kind: str, begins: str
) -> None:
    facts = [item.fact for item in _all(shop, customer, kind=kind)]

    assert len(facts) == 50
    assert [fact for fact in facts if not fact.startswith(begins)] == []


def test_the_newest_stands_first(shop: Workspace, customer: Customer) -> None:
    look = Look(build.scope(shop), customer, build.NOON)

    days = timeline.part(look, "All")["days"]

    assert days[0].items[0].fact == "Refused advertising: SMS"


def test_who_may_not_see_a_kind_is_not_told_of_it(shop: Workspace, customer: Customer) -> None:
    seen = [one.key for one in timeline.sources(build.scope(shop, "owner"))]
    cashier = [one.key for one in timeline.sources(build.scope(shop, "cashier"))]

    assert seen == ["orders", "points", "messages", "consents"]
    assert cashier == []


@pytest.mark.parametrize("asked", ["?after=x", "?after=2024-01-01", "?kind=secrets", "?after=%00"])
def test_a_spoilt_address_is_the_beginning(shop: Workspace, customer: Customer, asked: str) -> None:
    visitor = Client(headers={"accept-language": "en"})
    visitor.force_login(build.member(shop, "owner"))

    answer: Any = visitor.get(f"/{shop.slug}/customers/{customer.pk}/{asked}")

    assert answer.status_code == 200
    assert answer.context["part"]["days"][0].items[0].fact == "Refused advertising: SMS"


def test_a_customer_without_a_past_gets_a_sentence(shop: Workspace) -> None:
    person = build_crm.customer(shop)
    visitor = Client(headers={"accept-language": "en"})
    visitor.force_login(build.member(shop, "owner"))

    text = visitor.get(f"/{shop.slug}/customers/{person.pk}/").content.decode()

    assert "Nothing has happened yet" in text


def test_days_are_named_with_a_capital_and_keep_their_month(
    shop: Workspace, customer: Customer
) -> None:
    now = datetime(2024, 6, 1, tzinfo=UTC)

    days = timeline.part(Look(build.scope(shop), customer, now), "All")["days"]

    assert days[0].label == "10\u00a0March"
