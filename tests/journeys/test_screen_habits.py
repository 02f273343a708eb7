"""Habits of the screens in a browser: a period, "Show more", a cascade by keys; focus is kept."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.models import Campaign
from core import clock
from core.models import Workspace
from crm.models import Customer
from tests import build, build_crm
from tests import build_campaigns as campaigns
from tests.journeys.signing_in import signed_in
from tests.shots.audit import Watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop() -> Workspace:
    return build.workspace("Leaf", locale="en", timezone="UTC", currency="GBP")


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, shop: Workspace) -> Iterator[Page]:
    """A marketer of the shop, signed in; nothing may go wrong while the test lasts."""
    opened = signed_in(browser, live_server.url, shop)
    watch = Watch(opened, live_server.url)
    yield opened
    assert watch.findings == []
    opened.context.close()


def test_the_period_is_chosen_by_keys_and_stays_in_the_address(page: Page, shop: Workspace) -> None:
    page.get_by_role("button", name="28 days").press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**?period=7")
    expect(page.get_by_role("button", name="7 days")).to_be_visible()

    page.get_by_role("button", name="Previous period").click()
    page.get_by_role("link", name="A year ago").click()

    page.wait_for_url("**period=7&against=year")


def test_days_of_ones_own_are_shown(page: Page) -> None:
    end = clock.now().date()
    first = end - timedelta(days=3)
    page.get_by_role("button", name="28 days").click()
    page.get_by_label("From").fill(first.isoformat())
    page.get_by_label("To", exact=True).fill(end.isoformat())

    page.get_by_role("button", name="Show these days").click()

    page.wait_for_url(f"**?from={first}&to={end}")
    expect(page.get_by_role("button", name="4 days")).to_be_visible()


@pytest.fixture
def customer(shop: Workspace) -> Customer:
    person = build_crm.customer(shop, first_name="Maria")
    for number in range(45):
        build_crm.order(shop, by=person, at=build.NOON + timedelta(days=number))
    return person


def test_more_rows_come_under_those_that_are_there(
    page: Page, shop: Workspace, customer: Customer
) -> None:
    page.goto(f"/{shop.slug}/customers/{customer.pk}/orders/")
    rows = page.locator("#card-rows > tr")
    expect(rows).to_have_count(20)

    page.get_by_role("link", name="Show more").press("Enter")
    expect(rows).to_have_count(40)
    expect(page.get_by_role("link", name="Show more")).to_be_focused()
    page.keyboard.press("Enter")

    expect(rows).to_have_count(45)
    expect(page.get_by_role("link", name="Show more")).to_have_count(0)


@pytest.fixture
def cascade(shop: Workspace) -> Campaign:
    campaigns.people(shop, 5)
    return campaigns.cascade(shop, name="Autumn")


def test_a_step_moves_by_keys_and_keeps_the_focus(
    page: Page, shop: Workspace, cascade: Campaign
) -> None:
    page.goto(f"/{shop.slug}/campaigns/{cascade.pk}/")
    names = page.locator("#steps [data-step-link]")
    first, second = names.all_inner_texts()
    names.nth(1).focus()

    page.keyboard.press("Alt+ArrowUp")

    expect(names.nth(0)).to_have_text(second)
    expect(names.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(names.nth(1)).to_be_focused()
    expect(names.nth(1)).to_have_text(first)


def test_the_swap_button_keeps_the_focus_too(
    page: Page, shop: Workspace, cascade: Campaign
) -> None:
    page.goto(f"/{shop.slug}/campaigns/{cascade.pk}/")
    names = page.locator("#steps [data-step-link]")
    before = names.all_inner_texts()
    swap = page.get_by_role("button", name="Swap steps 1 and 2")

    swap.press("Enter")

    expect(names.nth(0)).to_have_text(before[1])
    expect(swap).to_be_focused()


def test_an_edit_after_the_session_has_ended_leads_to_the_form_and_back(
    page: Page, shop: Workspace, cascade: Campaign
) -> None:
    path = f"/{shop.slug}/campaigns/{cascade.pk}/"
    page.goto(path)
    page.context.clear_cookies(name="sessionid")

    page.locator("input[name=control_percent]").fill("12")
    page.locator("input[name=control_percent]").press("Tab")

    page.wait_for_url(f"**/login/?next={path}")
    expect(page.get_by_role("navigation")).to_have_count(0)


# What is sent is counted and kept back, so that the page stays as it waits.
COUNT_WHAT_IS_SENT = """
window.sent = 0;
document.addEventListener("submit", (event) => {
  window.sent += event.defaultPrevented ? 0 : 1;
  event.preventDefault();
});
"""


def test_a_long_look_at_a_file_is_asked_for_once_and_says_so(page: Page, shop: Workspace) -> None:
    page.goto(f"/{shop.slug}/imports/new/")
    page.evaluate(COUNT_WHAT_IS_SENT)

    page.get_by_role("button", name="Look at the columns").click()
    waiting = page.get_by_role("button", name="Reading the file…")
    waiting.click()

    expect(waiting).to_have_attribute("aria-busy", "true")
    assert page.evaluate("window.sent") == 1
