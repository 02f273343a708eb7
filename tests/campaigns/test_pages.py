"""The pages of campaigns as a marketer and a stranger meet them."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Campaign, Run
from campaigns.rules.facts import Fact
from campaigns.services import receiving, sending
from core.models import AuditEntry, Workspace
from tests import build
from tests import build_campaigns as campaigns

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Workspace:
    return build.workspace(locale="en", currency="RUB")


@pytest.fixture
def marketer(shop: Workspace) -> Client:
    client = Client()
    client.force_login(build.member(shop, "marketer"))
    return client


@pytest.fixture
def cascade(shop: Workspace) -> Campaign:
    campaigns.people(shop, 12)
    return campaigns.cascade(shop, name="Autumn", control_percent=Decimal(10))


@pytest.fixture
def run(cascade: Campaign) -> Run:
    launched = campaigns.launched(cascade)
    sending.send_due()
    row = campaigns.deliveries(launched)[0]
    fact = Fact(row.pk, row.customer_id, "clicked", launched.real_start, "e1")
    receiving.receive(facts=[fact], source="test")
    return launched


def page(client: Client, shop: Workspace, path: str, **data: Any) -> str:
    answer = client.get(f"/{shop.slug}/{path}", data, headers={"accept-language": "en"})
    assert answer.status_code == 200, answer.content[:2000]
    return str(answer.content.decode())


def test_the_list_names_every_campaign_and_its_state(
    shop: Workspace, marketer: Client, run: Run
) -> None:
    text = page(marketer, shop, "campaigns/")

    assert "Autumn" in text
    assert "Running" in text


def test_the_composer_shows_whom_what_and_how_much(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    text = page(marketer, shop, f"campaigns/{cascade.pk}/")

    assert "Will get the campaign" in text
    assert "Launch for" in text
    assert "Hello Anna" in text


def test_saving_the_terms_is_audited(shop: Workspace, marketer: Client, cascade: Campaign) -> None:
    form = {
        "name": "Winter", "kind": "points_expire_soon", "days": 14, "min_points": 5,
        "control_percent": "20", "attribution_days": 5, "cap_messages": 2, "cap_days": 3,
        "quiet_from": "21:00", "quiet_until": "09:00", "wait_2": "3",
        "seen_at": cascade.updated_at.isoformat(),
    }  # fmt: skip

    answer = marketer.post(f"/{shop.slug}/campaigns/{cascade.pk}/edit/", form)

    cascade.refresh_from_db()
    assert answer.status_code == 302
    assert cascade.audience == {"kind": "points_expire_soon", "days": 14, "min_points": 5}
    assert cascade.steps.get(position=2).wait.total_seconds() == 3 * 3600
    assert AuditEntry.unscoped.filter(action="edited").count() == 1


def test_a_change_made_meanwhile_is_not_overwritten(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    form = {
        "name": "Winter", "kind": "everyone_reachable", "days": 14, "min_points": 5,
        "control_percent": "20", "attribution_days": 5, "cap_messages": 2, "cap_days": 3,
        "wait_2": "3", "seen_at": build.NOON.isoformat(),
    }  # fmt: skip

    answer = marketer.post(f"/{shop.slug}/campaigns/{cascade.pk}/edit/", form)

    cascade.refresh_from_db()
    assert answer.status_code == 409
    assert cascade.name == "Autumn"


def launch(client: Client, shop: Workspace, campaign: Campaign, expected: int) -> Any:
    path = f"/{shop.slug}/campaigns/{campaign.pk}/launch/"
    return client.post(path, {"expected": str(expected)})


def test_the_button_launches_the_number_it_named(shop: Workspace, marketer: Client) -> None:
    campaigns.people(shop, 5)
    made = campaigns.cascade(shop)

    answer = launch(marketer, shop, made, 5)

    run = Run.unscoped.get(campaign=made)
    assert answer.status_code == 302
    assert answer["Location"] == f"/{shop.slug}/runs/{run.pk}/"


def test_a_number_that_has_changed_launches_nothing(shop: Workspace, marketer: Client) -> None:
    campaigns.people(shop, 5)
    made = campaigns.cascade(shop)
    campaigns.person(shop)

    answer = launch(marketer, shop, made, 5)

    assert answer.status_code == 409
    assert Run.unscoped.count() == 0


def test_the_report_adds_up_in_words(shop: Workspace, marketer: Client, run: Run) -> None:
    text = page(marketer, shop, f"runs/{run.pk}/")

    assert "It adds up" in text
    assert "too few people" in text
    assert "/m/c/" not in text


def test_a_backdated_run_says_that_nobody_received_it(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    from datetime import timedelta

    run = campaigns.launched(cascade, business_start=build.NOON - timedelta(days=60), speed=3600)

    text = page(marketer, shop, f"runs/{run.pk}/")

    assert "Nobody truly received this" in text


def test_the_live_part_is_the_report_alone(shop: Workspace, marketer: Client, run: Run) -> None:
    text = page(marketer, shop, f"runs/{run.pk}/", part="report")

    assert text.lstrip().startswith('<div id="report"')
    assert "every 2s" in text


@pytest.mark.parametrize("stage", ["bought", "clicked", "read", "delivered", "not_sent"])
def test_people_can_be_seen_by_where_they_got_to(
    shop: Workspace, marketer: Client, run: Run, stage: str
) -> None:
    assert page(marketer, shop, f"runs/{run.pk}/", people=stage)


def test_pause_resume_and_cancel_work_from_the_page(
    shop: Workspace, marketer: Client, run: Run
) -> None:
    states = []
    for verb in ("pause", "resume", "cancel"):
        marketer.post(f"/{shop.slug}/runs/{run.pk}/{verb}/")
        run.refresh_from_db()
        states.append(run.state)

    assert states == ["paused", "running", "cancelled"]
    assert AuditEntry.unscoped.filter(action__in=["paused", "resumed", "cancelled"]).count() == 3


def test_the_export_has_everybody_once(shop: Workspace, marketer: Client, run: Run) -> None:
    answer = marketer.get(f"/{shop.slug}/runs/{run.pk}/export/")

    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) - 1 == run.audience_size - run.control_size


def test_the_channels_page_shows_prices(shop: Workspace, marketer: Client, run: Run) -> None:
    text = page(marketer, shop, "channels/")

    assert "5.60" in text
    assert "90%" in text


@pytest.mark.parametrize("path", ["campaigns/{c}/", "runs/{r}/", "runs/{r}/export/"])
def test_a_stranger_finds_nothing(run: Run, path: str) -> None:
    other = build.workspace()
    charlie = Client()
    charlie.force_login(build.member(other, "owner"))
    address = path.format(c=run.campaign_id, r=run.pk)

    own = charlie.get(f"/{other.slug}/{address}")
    theirs = charlie.get(f"/{run.workspace.slug}/{address}")

    assert (own.status_code, theirs.status_code) == (404, 404)


def test_an_analyst_may_look_but_not_launch(shop: Workspace, run: Run) -> None:
    analyst = Client()
    analyst.force_login(build.member(shop, "analyst"))

    looked = analyst.get(f"/{shop.slug}/runs/{run.pk}/")
    launched = launch(analyst, shop, run.campaign, 1)

    assert (looked.status_code, launched.status_code) == (200, 403)
