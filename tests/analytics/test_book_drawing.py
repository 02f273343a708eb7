"""What the lifecycle page says of months that may still change, and of how figures moved."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from analytics.services import recomputing
from analytics.views import book_drawing
from core.models import Workspace
from tests import build
from tests import build_analytics as shops
from tests.build_analytics import Sale

START = date(2024, 1, 1)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def shop() -> Workspace:
    made = shops.shop()
    sales = [
        Sale(n, START + timedelta(n + gap * k))
        for n in range(1, 60)
        for k, gap in enumerate([20] * 6)
    ]
    shops.orders(made, sales)
    recomputing.recompute(workspace=made, as_of=date(2024, 6, 10), at=shops.NIGHT)
    return made


def _page(shop: Workspace) -> Any:
    client = Client(headers={"accept-language": "en"})
    client.force_login(build.member(shop, "owner"))
    return client.get(reverse("analytics:lifecycle", args=[shop.slug]))


@pytest.mark.django_db
def test_what_may_still_change_is_said_in_words(shop: Workspace) -> None:
    conversion, *others = _page(shop).context["kpis"]

    assert conversion.young == "still ripening: May, June"
    assert {card.young for card in others} == {"June up to 10\u00a0June"}


@pytest.mark.django_db
def test_the_columns_of_the_chart_stand_over_those_of_the_book(shop: Workspace) -> None:
    page = _page(shop)

    grid = page.context["chart"].option["grid"]
    assert (grid["left"], grid["right"]) == (168, 72)
    assert page.context["chart"].option["rondo"]["narrow"]["left"] < 60
    assert 'class="book is-fixed"' in page.content.decode()


@pytest.mark.parametrize(
    ("first", "last", "value_format", "said"),
    [
        (0.186, 0.162, "@percent", "↓\u00a02.4\u00a0pp"),
        (0.85, 0.87, "@compact", "↑\u00a00.02"),
        (122, 1054, "@count", "↑\u00a0932"),
        (5, 5, "@count", "→\u00a00"),
        (None, 5, "@count", ""),
    ],
)
def test_a_change_has_an_arrow_and_a_size(
    first: float | None, last: float, value_format: str, said: str
) -> None:
    assert book_drawing._change(first, last, value_format) == said
