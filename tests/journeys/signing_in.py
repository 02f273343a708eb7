"""A marketer in a browser."""

from playwright.sync_api import Browser, Page

from core.models import Workspace
from tests import build


def signed_in(browser: Browser, url: str, shop: Workspace) -> Page:
    """The first page of a new marketer of the shop, in a context of its own, in English."""
    person = build.user()
    build.membership(within=shop, who=person, role="marketer")
    context = browser.new_context(base_url=url, locale="en", reduced_motion="reduce")
    opened = context.new_page()
    opened.goto("/login/")
    opened.fill("input[name=login]", person.email)
    opened.fill("input[name=password]", build.PASSWORD)
    opened.click("button[type=submit]")
    opened.wait_for_url(f"**/{shop.slug}/")
    return opened
