"""Wrong terms in the composer: said at the field and in the head, and nothing is launched by them."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.models import Campaign
from tests import build
from tests import build_campaigns as campaigns
from tests.journeys.signing_in import signed_in
from tests.shots.audit import Watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cascade() -> Campaign:
    shop = build.workspace("Leaf", locale="en", timezone="UTC", currency="GBP")
    campaigns.people(shop, 5)
    return campaigns.cascade(shop, name="Autumn", control_percent=Decimal(0))


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, cascade: Campaign) -> Iterator[Page]:
    """The composer, opened by a marketer; nothing may fail on it."""
    opened = signed_in(browser, live_server.url, cascade.workspace)
    watch = Watch(opened, live_server.url)
    opened.goto(f"/{cascade.workspace.slug}/campaigns/{cascade.pk}/")
    yield opened
    assert watch.findings == []
    opened.context.close()


def test_a_wrong_field_locks_the_launch_until_it_is_right(page: Page, cascade: Campaign) -> None:
    control = page.locator("input[name=control_percent]")
    launch = page.locator("#launch-button button")
    expect(launch).to_be_enabled()

    control.fill("150")
    expect(page.locator("#id_control_percent_errors")).to_contain_text("less than or equal to 90")
    expect(control).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#saved")).to_contain_text("Not saved")
    expect(launch).to_be_disabled()
    expect(page.locator("#launch")).to_have_count(0)
    page.locator("#step-add").click()
    expect(page.locator("#steps [data-step]")).to_have_count(3)
    expect(launch).to_be_disabled()
    control.fill("20")

    expect(page.locator("#saved")).to_contain_text("Saved")
    expect(page.locator("#id_control_percent_errors")).to_be_empty()
    expect(control).to_have_attribute("aria-invalid", "false")
    cascade.refresh_from_db()
    assert cascade.control_percent == Decimal(20)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("control_percent", "-5"),
        ("cap_days", "0"),
        ("cap_messages", "-1"),
    ],
)
def test_every_wrong_field_is_said_at_the_field(page: Page, field: str, value: str) -> None:
    page.fill(f"input[name={field}]", value)

    expect(page.locator(f"#id_{field}_errors .field-error")).to_be_visible()
    expect(page.locator("#saved")).to_contain_text("Not saved")
    expect(page.locator("#launch-button button")).to_be_disabled()


@pytest.mark.parametrize("field", ["days", "min_points"])
def test_an_emptied_field_of_the_audience_is_said_at_the_field(
    page: Page, cascade: Campaign, field: str
) -> None:
    Campaign.objects.within(cascade.workspace).update(audience={"kind": "points_expire_soon"})
    page.reload()

    page.fill(f"input[name={field}]", "")

    expect(page.locator(f"#id_{field}_errors .field-error")).to_be_visible()
    expect(page.locator("#saved")).to_contain_text("Not saved")
    expect(page.locator("#launch-button button")).to_be_disabled()
