"""A run's report tells what was hoped for beside what came, and the interval in plain words."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import translation

from campaigns.models import Run
from campaigns.rules.uplift import Uplift, verdict
from campaigns.selectors import hopes, money
from campaigns.services import sending
from campaigns.views import money_panel, outcome_table, report
from core.models import Workspace
from tests import build
from tests import build_campaigns as campaigns
from tests.campaigns.screens import client_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def shop() -> Workspace:
    return build.workspace(locale="en", currency="RUB")


@pytest.fixture
def run(shop: Workspace) -> Run:
    """Twenty by both channels, ten by SMS alone, five by none; the first step has gone out."""
    campaigns.people(shop, 20)
    campaigns.people(shop, 10, reachable=("sms",), consents=("sms",))
    campaigns.people(shop, 5, reachable=(), consents=())
    launched = campaigns.launched(campaigns.cascade(shop, control_percent=0))
    sending.send_due()
    return launched


def test_the_hope_is_what_the_frozen_prices_and_shares_promise(run: Run) -> None:
    hope = hopes.hope_of(run, money.money_of(run=run).steps)

    # 20 letters, of which 4 are read; then 16 + 10 SMS, of which 90 % are read.
    assert (hope.people, hope.messages) == (30, 20 + 26)
    assert hope.reads == 4 + 23
    assert hope.cost_micros == 20 * 30_000 + 26 * 5_600_000


def test_the_page_shows_both_and_the_difference(shop: Workspace, run: Run) -> None:
    text = text_of(client_of(shop, "marketer"), shop, f"campaigns/runs/{run.pk}/")

    assert "Forecast and outcome" in text
    assert "the send is not over yet" in text
    assert "forecast 27" in text


@pytest.mark.parametrize(
    ("hoped", "came", "said"),
    [(100, 90, "−10.0%"), (100, 103, "+3.0%"), (100, 100, "0.0%"), (0, 5, ""), (None, 5, "")],
)
def test_a_difference_has_a_sign_and_needs_a_hope(hoped: int | None, came: int, said: str) -> None:
    assert outcome_table.difference(hoped, came) == said


@pytest.mark.parametrize(
    ("low", "high", "answer", "said"),
    [
        (-170_000_00, 80_000_00, "No effect is proven", "a loss of ₽170,000 and a gain of"),
        (20_000_00, 80_000_00, "It brought money", "people spent ₽20,000 more"),
        (-80_000_00, -20_000_00, "It cost sales", "people spent ₽20,000 less"),
    ],
)
def test_the_interval_is_told_to_somebody_who_has_to_decide(
    run: Run, low: int, high: int, answer: str, said: str
) -> None:
    panel = money_panel.panel_of(_measured(run, low, high), "RUB")

    assert answer in panel.verdict
    assert said in panel.meaning


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (-170_000_00, 160_000_00, [-170_000_00, 0, 160_000_00]),
        (-900_000_00, 60_000_00, [-900_000_00, 0]),
        (-60_000_00, 900_000_00, [0, 900_000_00]),
        (20_000_00, 80_000_00, [0, 80_000_00]),
    ],
)
def test_no_end_of_the_axis_is_written_over_its_zero(
    run: Run, low: int, high: int, shown: list[int]
) -> None:
    panel = money_panel.panel_of(_measured(run, low, high), "RUB")

    assert [at for at, _, _ in panel.ticks] == shown


def _measured(run: Run, low: int, high: int) -> report.Report:
    told = report.report_of(run)
    found: Uplift = replace(
        told.money.uplift, incremental=(low + high) // 2, low=low, high=high,
        verdict=verdict(low, high),
    )  # fmt: skip
    return replace(told, money=replace(told.money, uplift=found))


def test_nobody_reads_the_report_of_another_shop(run: Run) -> None:
    stranger: Client = client_of(build.workspace(), "owner")

    assert stranger.get(f"/{run.workspace.slug}/campaigns/runs/{run.pk}/").status_code == 404
