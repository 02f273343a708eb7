"""People of a control group whom another run wrote to: counted as they are, and said to be there."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from campaigns.models import Campaign, Run
from campaigns.selectors import money
from campaigns.services import sending
from campaigns.views import money_panel, report
from core.models import Workspace
from tests import build
from tests import build_campaigns as campaigns
from tests.campaigns.screens import client_of, text_of

pytestmark = pytest.mark.django_db
START = build.NOON - timedelta(days=60)
DAY = timedelta(days=1)
SAID = "of the control group in these days; they are counted as they are."


@pytest.fixture
def shop() -> Workspace:
    return build.workspace(locale="en", currency="RUB")


@pytest.fixture
def run(shop: Workspace) -> Run:
    """Half of forty people are its control group, give or take."""
    campaigns.people(shop, 40)
    return sent(letter(shop, control_percent=Decimal(50)))


def letter(shop: Workspace, **terms: object) -> Campaign:
    made = campaigns.campaign(shop, **terms)
    campaigns.step(made)
    return made


def sent(made: Campaign, *, start: timedelta = timedelta(0)) -> Run:
    run = campaigns.launched(made, business_start=START + start, speed=3600)
    sending.send_due()
    return run


def elsewhere(run: Run) -> int:
    return money.money_of(run=run).control_elsewhere


def test_a_run_alone_has_nobody_of_its_control_written_to(run: Run) -> None:
    assert elsewhere(run) == 0


def test_whom_another_run_wrote_to_in_the_window_is_counted_once(run: Run) -> None:
    for _ in range(2):
        sent(letter(run.workspace), start=DAY)

    assert elsewhere(run) == run.control_size > 0


def test_whom_it_could_not_reach_or_wrote_to_beyond_the_window_is_not(run: Run) -> None:
    sent(letter(run.workspace, cap_messages=0), start=DAY)
    sent(letter(run.workspace), start=30 * DAY)

    assert elsewhere(run) == 0


def test_the_report_says_how_many(shop: Workspace, run: Run) -> None:
    marketer, path = client_of(shop, "marketer"), f"campaigns/runs/{run.pk}/"
    before = text_of(marketer, shop, path)

    sent(letter(shop), start=DAY)

    after = text_of(marketer, shop, path)
    assert SAID not in before
    assert f"Other campaigns wrote to {run.control_size} people {SAID}" in after


def test_it_says_so_in_russian(run: Run) -> None:
    sent(letter(run.workspace), start=DAY)

    with override("ru"):
        panel = money_panel.panel_of(report.report_of(run), "RUB")

    assert "Другие кампании писали за эти дни" in panel.sentence
