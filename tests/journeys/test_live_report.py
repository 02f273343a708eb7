"""A report that renews itself leaves what somebody chose or looks at: a table, a person's search."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.models import Delivery, Run
from tests import build
from tests import build_campaigns as campaigns
from tests.journeys.signing_in import signed_in
from tests.shots.audit import Watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REPORT = "**part=report*"


@pytest.fixture
def run() -> Run:
    """A send that waits for its worker."""
    shop = build.workspace("Leaf", locale="en", timezone="UTC", currency="GBP")
    campaigns.people(shop, 5)
    return campaigns.launched(campaigns.cascade(shop, name="Autumn"))


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, run: Run) -> Iterator[Page]:
    opened = signed_in(browser, live_server.url, run.workspace)
    watch = Watch(opened, live_server.url)
    opened.goto(f"/{run.workspace.slug}/campaigns/runs/{run.pk}/")
    yield opened
    assert watch.findings == []
    opened.context.close()


def renewed(page: Page) -> None:
    """After the second answer the first one has surely been dealt with."""
    for _answer in range(2):
        with page.expect_response(REPORT):
            pass


def test_a_chart_shown_as_a_table_stays_a_table(page: Page, run: Run) -> None:
    Delivery.unscoped.filter(run=run).update(clicked_at=run.business_start)
    page.reload()
    switch = page.locator("#clicks-by-hour [data-show-table]")
    switch.click()

    renewed(page)

    expect(page.locator("#clicks-by-hour [data-chart-table]")).to_be_visible()
    expect(page.locator("#clicks-by-hour [data-chart-plot]")).to_be_hidden()
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    renewed(page)
    expect(page.locator("#clicks-by-hour [data-chart-plot]")).to_be_visible()


def test_the_people_are_told_anew_with_the_report(page: Page, run: Run) -> None:
    page.goto(page.url + "?people=waiting")
    rows = page.locator("#people-part tbody tr")
    expect(rows).to_have_count(5)
    Delivery.unscoped.filter(run=run, pk__in=Delivery.unscoped.values("pk")[:2]).update(
        state="suppressed", reason="cap"
    )

    expect(rows).to_have_count(3, timeout=15_000)

    expect(page.locator("#people-part [aria-current=page]")).to_contain_text("3")


def test_a_search_that_is_being_typed_is_left_alone(page: Page) -> None:
    field = page.locator("#people-part [data-find]")
    field.fill("Anna")

    renewed(page)

    expect(field).to_have_value("Anna")
    expect(field).to_be_focused()


def test_a_bill_keeps_its_sums_on_one_line(page: Page) -> None:
    sums = page.locator(".bill > li > :nth-child(2):not(:last-child):not(:empty)")

    tallest = max(sums.nth(row).bounding_box()["height"] for row in range(sums.count()))  # type: ignore[index]

    assert tallest < 24


def test_the_people_stand_apart_from_the_steps(page: Page) -> None:
    gap = page.locator("#people").evaluate("one => parseFloat(getComputedStyle(one).marginTop)")

    assert gap >= 24
