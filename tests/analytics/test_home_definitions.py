"""What the figures of the first page say of themselves."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analytics.services import recomputing
from core.models import Workspace
from crm.models import Order
from tests import build
from tests import build_analytics as shops
from tests.build_analytics import Sale

LAST = date(2024, 3, 31)


@pytest.fixture
def shop() -> Workspace:
    """A demo that ends on the last of March."""
    made = shops.shop(is_demo=True)
    shops.orders(made, [
        Sale(1, LAST, 500), Sale(2, date(2024, 3, 25), 700), Sale(3, date(2023, 4, 2), 100),
    ])  # fmt: skip
    recomputing.recompute(workspace=made, as_of=LAST, at=shops.NIGHT)
    return made


def _home(shop: Workspace, asked: str = "") -> Any:
    client = Client(headers={"accept-language": "en"})
    client.force_login(build.member(shop, "owner"))
    return client.get(reverse("analytics:home", args=[shop.slug]) + asked)


@pytest.mark.django_db
def test_days_of_another_year_are_shown_with_it(shop: Workspace) -> None:
    page = _home(shop, "?from=2023-03-30&to=2023-04-02")

    picker = page.context["picker"]
    assert (picker.days, picker.before) == (
        "30\u00a0Mar – 2\u00a0Apr\u00a02023", "26\u00a0Mar – 29\u00a0Mar\u00a02023"
    )  # fmt: skip


@pytest.mark.django_db
def test_what_is_left_after_refunds_and_the_day_of_the_active_are_in_the_definitions(
    shop: Workspace,
) -> None:
    order = Order.unscoped.filter(workspace=shop, placed_on=LAST).get()
    Order.unscoped.filter(pk=order.pk).update(refunded=200)

    page = _home(shop, "?period=7")

    stats = page.context["stats"]
    assert stats[0].definition.says.endswith("£10.00.")
    assert stats[3].definition.as_of == "31\u00a0March\u00a02024"
