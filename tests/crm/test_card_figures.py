"""Figures of the customer card and the list where orders are odd."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from crm.models import Customer
from crm.selectors import cards
from tests import build, build_crm

pytestmark = pytest.mark.django_db


def test_an_order_of_tomorrow_is_of_no_day_below_zero() -> None:
    scope = build.scope()
    person = build_crm.customer(scope.workspace)
    build_crm.order(scope.workspace, by=person, at=build.NOON + timedelta(days=1))

    pace = cards.figures(scope=scope, customer=person, at=build.NOON).pace

    assert pace.days_ago == 0


def test_a_sum_in_yen_is_shown_as_the_file_has_it(tmp_path: Path) -> None:
    scope = build.scope(build.workspace(currency="JPY"))
    file = build_crm.text_file(tmp_path, "customer,date,amount\nA,2024-02-20,1234\n")
    build_crm.loaded(scope, file)
    visitor = Client(headers={"accept-language": "en"})
    visitor.force_login(build.member(scope.workspace))
    person = Customer.unscoped.get(workspace=scope.workspace)

    home = visitor.get(f"/{scope.workspace.slug}/?from=2024-02-20&to=2024-02-20")
    card = visitor.get(f"/{scope.workspace.slug}/customers/{person.pk}/")

    assert "JPY\u00a01,234" in home.content.decode()
    assert "JPY\u00a01,234" in card.content.decode()
    assert "123,400" not in home.content.decode() + card.content.decode()
