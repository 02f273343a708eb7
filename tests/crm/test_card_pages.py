"""The long tabs of the customer card: "Show more" goes on where the rows end, and misses nobody."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core.models import Workspace
from crm.models import Customer
from loyalty.models import Program
from loyalty.services import following
from tests import build, build_crm, build_loyalty

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def shop() -> Workspace:
    return build.workspace(locale="en")


@pytest.fixture
def program(shop: Workspace) -> Program:
    return build_loyalty.program(shop)


@pytest.fixture
def customer(shop: Workspace, program: Program) -> Customer:
    """Forty-five orders, six of them at one instant, each with its points."""
    person = build_crm.customer(shop, first_name="Maria")
    for number in range(45):
        at = build.NOON + timedelta(days=max(number, 5))
        build_crm.order(shop, by=person, total=10_000, at=at, external_id=f"A-{number:02}")
    following.catch_up(program=program, at=build.NOON + timedelta(days=60))
    return person


@pytest.fixture
def visitor(shop: Workspace) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(build.member(shop, "owner"))
    return client


def _rows(text: str) -> list[str]:
    return re.findall(r"A-\d\d", text.partition('id="card-rows"')[2])


def _walk(visitor: Client, address: str) -> list[str]:
    """Every row that "Show more" brings, page after page."""
    found, after = [], ""
    for _turn in range(9):
        answer: Any = visitor.get(address, {"after": after}, headers=HTMX if after else {})
        found += _rows(answer.content.decode())
        after = answer.context["part"]["after"]
        if not after:
            return found
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("tab", ["orders", "points"])
def test_every_row_comes_once(
    shop: Workspace, visitor: Client, customer: Customer, tab: str
) -> None:
    found = _walk(visitor, f"/{shop.slug}/customers/{customer.pk}/{tab}/")

    assert len(found) == 45
    assert sorted(found) == [f"A-{number:02}" for number in range(45)]


def test_what_goes_on_is_the_tab_alone(
    shop: Workspace, visitor: Client, customer: Customer
) -> None:
    address = f"/{shop.slug}/customers/{customer.pk}/orders/"
    whole: Any = visitor.get(address)

    part = visitor.get(address, {"after": whole.context["part"]["after"]}, headers=HTMX)

    assert b"<h1" in whole.content
    assert b"<h1" not in part.content
    assert b'id="card-more"' in part.content


@pytest.mark.parametrize("after", ["x", "eyJ", "2024-13-01/5", "%00", "9" * 30])
@pytest.mark.parametrize("tab", ["orders", "points", "messages"])
def test_a_spoilt_cursor_is_the_beginning(
    shop: Workspace, visitor: Client, customer: Customer, tab: str, after: str
) -> None:
    answer = visitor.get(f"/{shop.slug}/customers/{customer.pk}/{tab}/", {"after": after})

    assert answer.status_code == 200


def test_only_who_may_adjust_is_offered_to(shop: Workspace, customer: Customer) -> None:
    analyst = Client()
    analyst.force_login(build.member(shop, "analyst"))

    answer: Any = analyst.get(f"/{shop.slug}/customers/{customer.pk}/")

    assert answer.context["tools"] == []


def test_another_shops_rows_do_not_go_on(visitor: Client) -> None:
    stranger = build_crm.customer(build.workspace())

    answer = visitor.get(
        f"/{stranger.workspace.slug}/customers/{stranger.pk}/orders/", headers=HTMX
    )

    assert answer.status_code == 404
