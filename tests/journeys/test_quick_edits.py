"""Somebody who is faster than the server's answers loses no edit, no open menu, no definition."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.models import Campaign, Delivery
from core.models import Membership
from tests import build
from tests import build_campaigns as campaigns
from tests.journeys.signing_in import signed_in
from tests.shots.audit import Watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Clicks in one go, so that no answer comes between them.
CHOOSE = """words => words.forEach(
    (word) => [...document.querySelectorAll("#steps .menu button")]
        .find((button) => button.textContent.trim() === word).click()
)"""


@pytest.fixture
def cascade() -> Campaign:
    shop = build.workspace("Leaf", locale="en", timezone="UTC", currency="GBP")
    campaigns.people(shop, 5)
    return campaigns.cascade(
        shop, name="Autumn", wait=timedelta(hours=6), control_percent=Decimal(20)
    )


@pytest.fixture
def unwatched(browser: Browser, live_server: LiveServer, cascade: Campaign) -> Iterator[Page]:
    """The composer, opened by a marketer."""
    opened = signed_in(browser, live_server.url, cascade.workspace)
    opened.goto(f"/{cascade.workspace.slug}/campaigns/{cascade.pk}/")
    yield opened
    opened.context.close()


@pytest.fixture
def page(unwatched: Page, live_server: LiveServer) -> Iterator[Page]:
    """The same; nothing may fail on it."""
    watch = Watch(unwatched, live_server.url)
    yield unwatched
    assert watch.findings == []


def test_edits_in_one_go_are_all_saved(page: Page, cascade: Campaign) -> None:
    wait = page.locator("#steps .step-wait .chip b").first

    page.evaluate(CHOOSE, ["1 hour", "3 hours", "12 hours"])

    expect(wait).to_have_text("12 hours")
    page.reload()
    expect(wait).to_have_text("12 hours")


def test_an_edit_made_while_another_is_saved_is_saved_after_it(
    page: Page, cascade: Campaign
) -> None:
    with page.expect_request("**/edit/"):
        page.fill("input[name=control_percent]", "35")
    page.evaluate(CHOOSE, ["1 hour", "have not clicked"])

    expect(page.locator("#steps .step-wait .chip b").first).to_have_text("1 hour")
    expect(page.locator("#steps .step-wait .defined").first).to_have_text("have not clicked")
    cascade.refresh_from_db()
    second = cascade.steps.get(position=2)
    assert (cascade.control_percent, second.stop_fact) == (Decimal(35), "clicked")
    assert second.wait == timedelta(hours=1)


def test_the_last_edit_of_several_is_lost_and_said_to_be(unwatched: Page) -> None:
    def lose_the_last(route: Route) -> None:
        is_last = "wait=12&" in (route.request.post_data or "")
        route.abort() if is_last else route.continue_()

    unwatched.route("**/steps/*/", lose_the_last)

    unwatched.evaluate(CHOOSE, ["1 hour", "3 hours", "12 hours"])

    expect(unwatched.locator(".toast")).to_contain_text("cannot be reached")
    expect(unwatched.locator("#steps .step-wait .chip b").first).to_have_text("3 hours")


def test_an_edit_that_the_server_fails_is_said_to_be_lost(unwatched: Page) -> None:
    unwatched.route("**/steps/*/", lambda route: route.fulfill(status=500))

    unwatched.evaluate(CHOOSE, ["1 hour"])

    expect(unwatched.locator(".toast")).to_contain_text("could not do it")
    expect(unwatched.locator("#steps .step-wait .chip b").first).to_have_text("6 hours")


def test_an_edit_that_is_refused_says_why(unwatched: Page, cascade: Campaign) -> None:
    Membership.unscoped.filter(workspace=cascade.workspace).update(role="analyst")

    unwatched.evaluate(CHOOSE, ["1 hour"])

    expect(unwatched.locator(".toast")).to_have_count(1)
    expect(unwatched.locator(".toast")).to_contain_text("Your role does not allow this.")
    expect(unwatched.locator("#steps .step-wait .chip b").first).to_have_text("6 hours")


def test_an_open_menu_outlives_an_answer(page: Page) -> None:
    chip = page.locator("#steps .step-wait .chip").first
    with page.expect_response("**/edit/"):
        page.fill("input[name=control_percent]", "35")
        chip.click()

    menu = page.locator("#steps .menu:popover-open")
    expect(menu).to_be_visible()
    menu.get_by_text("3 hours").click()

    expect(chip.locator("b")).to_have_text("3 hours")
    expect(menu).to_have_count(0)


def test_a_definition_stays_open_while_the_report_renews_itself(
    page: Page, cascade: Campaign
) -> None:
    run = campaigns.launched(cascade)
    page.goto(f"/{cascade.workspace.slug}/campaigns/runs/{run.pk}/")
    report = "**/?part=report"
    page.get_by_role("button", name="Attributed").click()
    definition = page.locator("[popover]:popover-open")
    expect(definition).to_be_visible()

    # After the second answer the first one has surely been dealt with.
    with page.expect_response(report):
        pass
    with page.expect_response(report):
        pass

    expect(definition).to_be_visible()


def test_the_first_click_draws_the_chart_on_the_open_report(page: Page, cascade: Campaign) -> None:
    run = campaigns.launched(cascade)
    page.goto(f"/{cascade.workspace.slug}/campaigns/runs/{run.pk}/")
    expect(page.get_by_text("The first data comes in a few minutes.")).to_be_visible()
    plot = page.locator("#report [data-chart]")

    Delivery.unscoped.filter(run=run).update(clicked_at=run.business_start)

    expect(plot.locator("canvas")).to_be_visible(timeout=10_000)
    plot.evaluate("plot => { plot.id = 'old' }")
    expect(page.locator("#old")).to_have_count(0, timeout=10_000)
    expect(plot.locator("canvas")).to_be_visible()
