"""The documentation page works in a browser, under the strict policy and without the network."""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.browser


@pytest.mark.django_db(transaction=True)
def test_the_documentation_shows_the_operations(browser: Browser, live_server: LiveServer) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("request", lambda request: asked.add(request.url))

    page.goto(f"{live_server.url}/api/docs/")
    page.get_by_text("Spend points of a customer").wait_for()

    outside = {url for url in asked if not url.startswith((live_server.url, "data:", "blob:"))}
    assert (complaints, outside) == ([], set())
    page.close()
