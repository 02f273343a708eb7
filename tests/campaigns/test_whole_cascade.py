"""A whole cascade through the real adapters, the simulator, and the links people follow."""

import time
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Campaign, Run
from campaigns.selectors import money, people
from campaigns.services import adapters, presets, sending
from core import invariants
from core.models import Workspace
from demo.sinks import running
from demo.sinks.running import RunningSinks
from loyalty.services import accruing
from tests import build, build_loyalty
from tests import build_campaigns as campaigns

pytestmark = pytest.mark.django_db(transaction=True)
HOST = "http://testserver"
PEOPLE = 60


@pytest.fixture
def shop(settings: Any) -> Workspace:
    settings.PUBLIC_URL = HOST
    return build.workspace(locale="ru")


@pytest.fixture
def cascade(shop: Workspace, tmp_path: Path) -> Any:
    """The preset campaign over both sinks; everybody has points that burn in ten days."""
    program = build_loyalty.program(shop, expiry_days=10)
    campaigns.crowd(shop, PEOPLE)
    for customer in shop_people(shop):
        build_loyalty.order(customer, 100_00, at=build.NOON - timedelta(days=1))
    accruing.accrue_orders(program=program)
    with running.start(tmp_path) as sinks:
        sinks.configure(
            email={"reading": {"read_rate": 0.0}}, sms={"reading": {"delivered_rate": 0.0}}
        )
        made = presets.install(
            scope=build.scope(shop),
            smtp={"host": "127.0.0.1", "port": sinks.smtp_port},
            sms={"url": sinks.sms_url, "webhook_secret": sinks.webhook_secret},
        )
        yield made, sinks
        adapters.close_all()


def shop_people(shop: Workspace) -> Any:
    from crm.models import Customer

    return Customer.objects.within(shop).order_by("pk")


def test_the_preset_runs_from_launch_to_a_report_that_adds_up(
    shop: Workspace, cascade: tuple[Campaign, RunningSinks]
) -> None:
    made, sinks = cascade
    run = campaigns.launched(made, business_start=build.NOON, speed=36_000)
    sending.send_due()
    first_readers = [row.pk for row in campaigns.deliveries(run)[:10]]
    opened = [open_letter(run, key).status_code for key in first_readers]

    run_to_the_end(run)

    letters = Counter(line["ref"] for line in sinks.accepted("smtp"))
    texts = Counter(line["ref"] for line in sinks.accepted("sms"))
    treated = run.audience_size - run.control_size
    assert opened == [200] * 10
    assert run.audience_size == PEOPLE
    assert run.control_size > 0
    assert (len(letters), max(letters.values())) == (treated, 1)
    assert (len(texts), max(texts.values())) == (treated - 10, 1)
    assert sum(count.people for count in people.counts(run=run)) == treated
    assert invariants.broken() == {}


def test_costs_are_what_the_simulator_billed(
    shop: Workspace, cascade: tuple[Campaign, RunningSinks]
) -> None:
    made, sinks = cascade
    run = campaigns.launched(made, business_start=build.NOON, speed=36_000)

    run_to_the_end(run)

    billed = sum(line["cost"] for line in sinks.accepted("sms"))
    figures = money.money_of(run=run)
    assert figures.steps[1].cost_micros == billed
    assert Decimal(figures.summary.cost_micros) == billed + figures.steps[0].accepted * 30_000


def open_letter(run: Run, delivery: int) -> Any:
    """Load the pixel as a person's mail program does."""
    from django.conf import settings

    from campaigns.rules.tokens import Claims, Purpose, issue
    from core import clock

    claims = Claims(run.workspace_id, delivery, 0, clock.now().date())
    token = issue(settings.SECRET_KEY, Purpose.PIXEL, claims)
    browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    return Client(headers={"user-agent": browser}).get(f"/m/o/{token}.gif")


def run_to_the_end(run: Run) -> None:
    deadline = time.monotonic() + 30
    while run.state != "finished" and time.monotonic() < deadline:
        sending.send_due()
        time.sleep(0.1)
        run.refresh_from_db()
    assert run.state == "finished"
