"""The card of a customer of whom everything is known is told in few queries, whatever the tab."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from analytics.services import recomputing
from campaigns.services import suppressing
from core.models import Workspace
from core.services import audit
from crm.models import Customer
from crm.services import consents
from loyalty.models import Program
from loyalty.services import following, ledger
from tests import build, build_campaigns, build_crm, build_loyalty
from tests.build_loyalty import day

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15
TABS = ["history", "orders", "points", "messages", "consents", "audit"]


@pytest.fixture
def shop() -> Workspace:
    return build.workspace(locale="en", timezone="UTC", currency="GBP")


@pytest.fixture
def program(shop: Workspace) -> Program:
    made = build_loyalty.program(shop, expiry_days=4000)
    build_loyalty.tier(made, "Silver", 10)
    build_loyalty.tier(made, "Gold", 100_000)
    return made


@pytest.fixture
def customer(shop: Workspace, program: Program) -> Customer:
    """Thirty orders with lines and points, some given back, letters, consents, every address."""
    person = build_campaigns.person(shop, first_name="Maria", last_name="Silva")
    build_crm.identity(person, "card", "2200 0417")
    build_crm.identity(person, "external", "c-17")
    _buys(person, program)
    _gets_letters(person)
    _says(person)
    recomputing.recompute(workspace=shop, as_of=date(2024, 5, 1), at=day(61))
    return person


def _buys(person: Customer, program: Program) -> None:
    """Orders on thirty days; all points of the last are spent before it is given back."""
    for number in range(30):
        bought = build_crm.order(
            person.workspace, by=person, total=10_000, at=day(number), external_id=f"A-{number:02}"
        )
        build_crm.line(bought, sku=f"TEA-{number % 5}")
    following.catch_up(program=program, at=day(31))
    ledger.redeem(program=program, customer_id=person.pk, points=150, key="till", at=day(32))
    build_loyalty.refund(bought, 10_000, at=day(33), external_id="R-1")
    following.catch_up(program=program, at=day(60))
    for points in (7, 5):
        ledger.adjust(
            program=program, customer_id=person.pk, points=points, reason="late parcel",
            actor="user:0", key=f"late-{points}", at=day(34),
        )  # fmt: skip


def _gets_letters(person: Customer) -> None:
    cascade = build_campaigns.cascade(person.workspace, name="Autumn", control_percent=0)
    build_campaigns.launched(cascade, at=day(36))


def _says(person: Customer) -> None:
    """No to SMS by phone, and a complaint about e-mail."""
    scope = build.scope(person.workspace)
    consents.withdraw(
        scope=scope, customer=person, channel="sms", source="team", proof="by phone",
        stated_at=day(35),
    )  # fmt: skip
    suppressing.suppress(
        workspace_id=person.workspace_id, channel_kind="email", reason="complaint",
        addresses=[person.identities.get(kind="email").value],
    )  # fmt: skip
    audit.write(scope=scope, action="changed", target=person, after={"city": "Porto"})


@pytest.fixture
def visitor(shop: Workspace) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(build.member(shop, "owner"))
    return client


def _words(visitor: Client, person: Customer) -> str:
    """The first view of a card, its non-breaking spaces made plain."""
    answer = visitor.get(f"/{person.workspace.slug}/customers/{person.pk}/")
    return answer.content.decode().replace("\u00a0", " ")


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_of_a_rich_card_stays_within_its_queries(
    customer: Customer, visitor: Client, tab: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    with django_assert_max_num_queries(MOST_QUERIES):
        answer: Any = visitor.get(f"/{customer.workspace.slug}/customers/{customer.pk}/{tab}/")

    assert answer.status_code == 200
    assert any(answer.context["part"].values())


def test_the_first_view_of_a_rich_card_tells_everything(
    customer: Customer, visitor: Client
) -> None:
    text = _words(visitor, customer)

    told = ["orders for £3,000", "TEA-0", "Usually after", "refund", "Silver", "can be spent",
            "no: complained", "no, consent withdrawn", "2200 0417", "Autumn",
            "Refund R-1", "Refused advertising: SMS", "As of"]  # fmt: skip
    assert [words for words in told if words not in text] == []


def test_more_orders_cost_no_more_queries(
    customer: Customer, visitor: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    address = f"/{customer.workspace.slug}/customers/{customer.pk}/"
    with django_assert_num_queries(MOST_QUERIES):
        visitor.get(address)
    for number in range(30):
        at = day(36) + timedelta(hours=number)
        build_crm.line(build_crm.order(customer.workspace, by=customer, at=at), sku=f"B-{number}")

    with django_assert_num_queries(MOST_QUERIES):
        visitor.get(address)


def test_a_card_without_facts_is_drawn(shop: Workspace, visitor: Client) -> None:
    person = build_crm.customer(shop)

    text = _words(visitor, person)

    assert "has not bought yet" in text
    assert "no, the address is not known" in text
