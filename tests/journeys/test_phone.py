"""On a phone: the letter is there before one scrolls to it, months begin at the newest, fingers hit."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from analytics.services import recomputing
from core.models import Workspace
from tests import build, build_crm
from tests import build_analytics as shops
from tests import build_campaigns as campaigns
from tests.journeys.signing_in import signed_in
from tests.shots.audit import Watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FINGER = 40


@pytest.fixture
def shop() -> Workspace:
    return build.workspace("Leaf", locale="en", timezone="UTC", currency="GBP")


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, shop: Workspace) -> Iterator[Page]:
    """A marketer with a phone; nothing may go wrong while the test lasts."""
    opened = signed_in(browser, live_server.url, shop)
    opened.set_viewport_size({"width": 375, "height": 812})
    watch = Watch(opened, live_server.url)
    yield opened
    assert watch.findings == []
    opened.context.close()


def test_the_letter_is_there_before_one_scrolls_to_it(page: Page, shop: Workspace) -> None:
    campaigns.people(shop, 5)
    cascade = campaigns.cascade(shop, name="Autumn")

    page.goto(f"/{shop.slug}/campaigns/{cascade.pk}/")

    # How far ahead a browser loads what is lazy differs by the network: nothing here is.
    expect(page.locator("#preview iframe")).not_to_have_attribute("loading", "lazy")
    expect(page.frame_locator("#preview iframe").locator("body")).not_to_be_empty()


def test_a_book_wider_than_the_phone_begins_at_its_newest_month(
    page: Page, shop: Workspace
) -> None:
    shops.orders(shop, [shops.Sale(1, date(2024, month, 5)) for month in range(1, 13)])
    recomputing.recompute(workspace=shop, as_of=date(2024, 12, 31), at=shops.NIGHT)

    page.goto(f"/{shop.slug}/lifecycle/")

    newest = page.locator(".book thead th", has_text="Dec").bounding_box()
    assert newest is not None
    assert newest["x"] + newest["width"] <= 375
    name = page.locator(".book-title", has_text="Sleeping").bounding_box()
    assert name is not None
    assert name["x"] >= 0


def test_a_count_says_what_it_counts(page: Page, shop: Workspace) -> None:
    buyer = build_crm.customer(shop, first_name="Maria")
    build_crm.order(shop, by=buyer)

    page.goto(f"/{shop.slug}/customers/")

    cell = page.get_by_role("row", name="Maria").locator("[data-cell=pill]")
    expect(cell).to_have_text("1 order")
    expect(cell).to_have_css("column-gap", "4px")


@pytest.mark.parametrize("part", [".chip", ".topbar .icon-button", ".topbar .avatar"])
def test_a_small_part_answers_as_high_as_a_finger(page: Page, shop: Workspace, part: str) -> None:
    build_crm.customer(shop, first_name="Maria")
    page.goto(f"/{shop.slug}/customers/")
    box = page.locator(part).locator("visible=true").first.bounding_box()
    assert box is not None
    middle, edge = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + FINGER / 2 - 1

    hit = page.evaluate(
        "([part, x, y]) => document.elementFromPoint(x, y)?.closest(part) !== null",
        [part, middle, edge],
    )

    assert hit
