"""Whoever is told that points burn has them still when the message goes (R84)."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.models import Run
from campaigns.services import sending, steering
from core.models import Workspace
from crm.models import Customer
from loyalty.models import Program
from loyalty.services import ledger
from tests import build, build_loyalty
from tests import build_campaigns as campaigns

pytestmark = pytest.mark.django_db
SOON = build.NOON + timedelta(days=1)


@pytest.fixture
def shop() -> Workspace:
    return build.workspace()


@pytest.fixture
def program(shop: Workspace) -> Program:
    return build_loyalty.program(shop, expiry_days=20)


@pytest.fixture
def who(shop: Workspace, program: Program) -> Customer:
    """Somebody with 50 points that burn in twenty days."""
    made = campaigns.person(shop)
    ledger.accrue(program=program, order=build_loyalty.order(made, 100_000))
    return made


def paused(shop: Workspace) -> Run:
    """A run that has its audience and has sent nothing."""
    made = campaigns.campaign(shop, audience={"kind": "points_expire_soon", "days": 30})
    campaigns.step(made)
    run = campaigns.launched(made, at=datetime.now(UTC), business_start=SOON)
    assert campaigns.states(run) == ["queued"]
    steering.pause(scope=build.scope(shop), run=run, at=datetime.now(UTC))
    return run


def go_on(run: Run) -> tuple[str, str]:
    steering.resume(scope=build.scope(run.workspace), run=run, at=datetime.now(UTC))
    sending.send_due()
    row = campaigns.delivery(run)
    return row.state, row.reason


@pytest.mark.parametrize("spent", [50, 1])
def test_points_that_were_spent_meanwhile_are_not_told_of(
    shop: Workspace, program: Program, who: Customer, spent: int
) -> None:
    run = paused(shop)
    ledger.redeem(program=program, customer_id=who.pk, points=spent, key="till", at=SOON)

    assert go_on(run) == ("suppressed", "points_spent")


@pytest.mark.usefixtures("who")
def test_points_that_are_there_still_are_told_of(shop: Workspace) -> None:
    """The negative control."""
    assert go_on(paused(shop)) == ("accepted", "")


def test_points_that_came_meanwhile_are_no_hindrance(
    shop: Workspace, program: Program, who: Customer
) -> None:
    run = paused(shop)
    later = build_loyalty.order(who, 100_000, at=SOON)
    ledger.accrue(program=program, order=later)

    assert go_on(run) == ("accepted", "")
