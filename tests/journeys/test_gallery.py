"""The component gallery in a real browser: themes, widths, languages, keys, and no barrier."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import build
from tests.shots.audit import Watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def staff(live_server: LiveServer) -> str:
    """A member of staff with a workspace; returns the e-mail."""
    person = build.user(is_staff=True)
    build.membership(within=build.workspace("Leaf"), who=person)
    return person.email


@pytest.fixture
def context(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=live_server.url, reduced_motion="reduce", locale="en")
    yield opened
    opened.close()


def log_in(page: Page, email: str) -> None:
    page.goto("/login/?next=/gallery/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", build.PASSWORD)
    page.click(".button-primary")
    page.wait_for_url("**/gallery/")


@pytest.fixture
def page(context: BrowserContext, staff: str) -> Page:
    opened = context.new_page()
    log_in(opened, staff)
    return opened


@pytest.mark.parametrize(
    ("theme", "width", "language"),
    [("light", 1440, "ru"), ("dark", 1440, "en"), ("light", 375, "en"), ("dark", 375, "ru")],
)
def test_nothing_is_wrong_with_any_component(
    page: Page, live_server: LiveServer, theme: str, width: int, language: str
) -> None:
    page.context.add_cookies(
        [
            {"name": "theme", "value": theme, "url": live_server.url},
            {"name": "django_language", "value": language, "url": live_server.url},
        ]
    )
    page.set_viewport_size({"width": width, "height": 900})
    watch = Watch(page, live_server.url)

    watch.open("/gallery/")
    watch.look_for_barriers()
    watch.look_for_overflow()

    assert watch.findings == []


def test_the_watch_sees_an_outside_request_and_a_barrier(
    page: Page, live_server: LiveServer
) -> None:
    watch = Watch(page, live_server.url)
    watch.open("/gallery/")

    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    page.evaluate("fetch('http://192.0.2.1/').catch(() => 0)")
    watch.look_for_barriers()

    assert any(finding.startswith("axe critical button-name") for finding in watch.findings)
    assert any("192.0.2.1" in finding for finding in watch.findings)


def test_ctrl_k_opens_the_palette_and_enter_follows_the_first_link(page: Page) -> None:
    page.keyboard.press("Control+k")

    expect(page.locator("#palette")).to_be_visible()
    expect(page.locator("#palette input")).to_be_focused()


def test_the_theme_is_kept_on_the_next_page_without_a_script(page: Page) -> None:
    page.click(".avatar")
    page.click("[data-set-theme=dark]")

    page.reload()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_weighty_act_waits_for_the_typed_number(page: Page) -> None:
    page.click("[data-open-dialog=launch]")
    button = page.locator("#launch button[type=submit]")
    expect(button).to_be_disabled()

    page.fill("#launch-typed", "12480")

    expect(button).to_be_enabled()


def test_the_numbers_of_a_chart_are_one_click_away(page: Page) -> None:
    frame = page.locator("[data-chart-frame]").first
    expect(frame.locator("[data-chart-table]")).to_be_hidden()

    frame.locator("[data-show-table]").click()

    expect(frame.locator("[data-chart-table]")).to_be_visible()


def test_a_definition_opens_by_keyboard_and_closes_by_escape(page: Page) -> None:
    page.locator("button.defined").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".definition").first).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.locator(".definition").first).to_be_hidden()
