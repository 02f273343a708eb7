"""The main job on real orders: from the file to a measured cascade, as a visitor sees it.

The story is told once, by the demo's own job, with real sinks; then a browser walks through it.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, Q
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from campaigns.models import AudienceMember, Delivery, Run
from campaigns.services import adapters
from core import invariants
from core.models import Job, Workspace
from core.polling import poll_once
from crm.models import Import
from demo import workspace as demo_workspace
from demo.sinks import running
from loyalty.models import Transaction
from tests.shots.audit import Watch

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("demo"),
]
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
PATIENCE_SECONDS = 90


@pytest.fixture
def told(live_server: LiveServer, settings: Any, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """The demo, loaded by its job and sent to the end; returns what demo.json would hold."""
    settings.RONDO_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    settings.PUBLIC_URL = live_server.url
    with running.start(tmp_path / "sinks"):
        made = demo_workspace.prepare(known={}, at=AT)
        poll_once("long")
        _work_until_finished()
        yield made
        adapters.close_all()


def _work_until_finished() -> None:
    """Do what workers would: jobs and sends, until the cascade is over."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        poll_once()
        if Run.unscoped.filter(state="finished").exists():
            return
        time.sleep(0.2)
    raise AssertionError("the cascade did not finish")


@pytest.fixture
def page(
    browser: Browser, live_server: LiveServer, told: dict[str, Any]
) -> Iterator[tuple[Page, BrowserContext]]:
    """The demo's owner, signed in, in English."""
    context = browser.new_context(base_url=live_server.url, locale="en", reduced_motion="reduce")
    context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
    opened = context.new_page()
    login = told["logins"][0]
    opened.goto("/login/")
    opened.fill("input[name=login]", login["email"])
    opened.fill("input[name=password]", login["password"])
    opened.click(".button-primary")
    opened.wait_for_url("**/demo/")
    yield opened, context
    context.close()


def test_the_story_is_told_and_can_be_read(
    page: tuple[Page, BrowserContext], live_server: LiveServer
) -> None:
    opened, _ = page
    shop = Workspace.objects.get(slug="demo")
    watch = Watch(opened, live_server.url)

    # Every line of the file is accounted for, and every fact of the books agrees.
    loaded = Import.objects.within(shop).get()
    outcomes = loaded.created + loaded.updated + loaded.unchanged + loaded.rejected
    assert (loaded.rows, outcomes) == (541_909, 541_909)
    assert Transaction.objects.within(shop).filter(kind="accrue").count() > 15_000
    assert invariants.broken() == {}
    assert not Job.unscoped.filter(state="failed").exists()

    # Everybody of the audience is in exactly one place.
    run = Run.objects.within(shop).get()
    members = AudienceMember.objects.within(shop).aggregate(
        everybody=Count("pk"), control=Count("pk", filter=Q(is_control=True))
    )
    first_step = Delivery.objects.within(shop).filter(step__position=1).count()
    assert members["everybody"] == run.audience_size == first_step + members["control"]
    assert 0.07 < members["control"] / members["everybody"] < 0.13

    # The first page leads to each part; the report says the honest words.
    expect(opened.get_by_text("541,909").first).to_be_visible()
    opened.goto(f"/demo/campaigns/runs/{run.pk}/")
    expect(opened.get_by_text("nobody truly received it").first).to_be_visible()
    watch.open("/demo/lifecycle/")
    expect(opened.get_by_text("4,338").first).to_be_visible()
    watch.open("/demo/rfm/")
    expect(opened.get_by_text("633").first).to_be_visible()
    watch.look_for_barriers()
    assert watch.findings == []
