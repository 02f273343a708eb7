"""A marketer launches the preset campaign in a browser and watches it to its report."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.models import Campaign, Run
from campaigns.services import adapters, presets, sending
from core import clock
from core.models import Workspace
from core.services import jobs
from crm.models import Customer
from demo.sinks import running
from demo.sinks.running import RunningSinks
from loyalty.services import accruing
from tests import build, build_loyalty
from tests import build_campaigns as campaigns
from tests.journeys.signing_in import signed_in
from tests.shots.audit import Watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PEOPLE = 40
# A demo's run begins some days ago by its clock: whose points are to burn has them since before.
BEFORE = timedelta(days=6)


@pytest.fixture
def shop() -> Workspace:
    """A demo workspace, where an hour of the send passes in a second."""
    return build.workspace("Leaf", is_demo=True, locale="en", timezone="UTC", currency="GBP")


@pytest.fixture
def sinks(shop: Workspace, tmp_path: Path, live_server: LiveServer, settings: Any) -> Any:
    """Real sink processes; nobody reads, so everybody gets both messages."""
    settings.PUBLIC_URL = live_server.url
    with running.start(tmp_path) as started:
        started.configure(
            email={"reading": {"read_rate": 0.0}}, sms={"reading": {"delivered_rate": 0.0}}
        )
        yield started
    adapters.close_all()


@pytest.fixture
def campaign(shop: Workspace, sinks: RunningSinks) -> Campaign:
    program = build_loyalty.program(shop, expiry_days=10)
    campaigns.crowd(shop, PEOPLE)
    for customer in Customer.objects.within(shop):
        build_loyalty.order(customer, 100_00, at=clock.now() - BEFORE)
    accruing.accrue_orders(program=program)
    made = presets.install(
        scope=build.scope(shop),
        smtp={"host": "127.0.0.1", "port": sinks.smtp_port},
        sms={"url": sinks.sms_url, "webhook_secret": sinks.webhook_secret},
    )
    Campaign.objects.within(shop).update(quiet_from=None, quiet_until=None)
    return made


@contextmanager
def worker() -> Iterator[None]:
    """The two lanes of a worker in one thread: jobs, then what is due."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.1):
            jobs.run_due()
            sending.send_due()
        adapters.close_all()
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.fixture
def context(browser: Browser, live_server: LiveServer, shop: Workspace) -> Iterator[BrowserContext]:
    opened = signed_in(browser, live_server.url, shop).context
    yield opened
    opened.close()


def test_a_campaign_is_edited_launched_and_watched_to_its_report(
    context: BrowserContext, live_server: LiveServer, shop: Workspace, campaign: Campaign,
    sinks: RunningSinks,
) -> None:  # fmt: skip
    page = context.new_page()
    watch = Watch(page, live_server.url)
    watch.open(f"/{shop.slug}/campaigns/{campaign.pk}/")

    page.fill("input[name=control_percent]", "0")
    launch = page.locator("#launch-button button")
    expect(launch).to_have_text(f"Launch to {PEOPLE} people")
    page.locator(".step-wait .chip").first.click()
    page.locator("[popover]:popover-open button", has_text="1 hour").click()
    expect(page.locator(".step-wait .chip b").first).to_have_text("1 hour")
    watch.look_for_barriers()
    with worker():
        launch.click()
        page.locator("#launch button[type=submit]").click()
        expect(page.locator(".page-title .pill")).to_have_text("Finished", timeout=25_000)

    expect(page.locator(".sum-line")).to_contain_text(f"= {PEOPLE}")
    run = Run.objects.within(shop).get()
    assert (run.audience_size, run.control_size, run.speed) == (PEOPLE, 0, 3_600)
    assert (len(sinks.accepted("smtp")), len(sinks.accepted("sms"))) == (PEOPLE, PEOPLE)
    watch.look_for_barriers()
    watch.look_for_overflow()
    assert watch.findings == []
