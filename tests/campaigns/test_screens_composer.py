"""The composer: what it counts, what it refuses, what it saves, and the launch from its button."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.models import Campaign, CampaignStep
from campaigns.services import drafting
from core.models import AuditEntry, Workspace
from tests import build
from tests import build_campaigns as campaigns
from tests.campaigns.screens import client_of, text_of
from tests.campaigns.test_screens_run import WRITES

pytestmark = pytest.mark.django_db
BUDGET = 15


@pytest.fixture
def shop() -> Workspace:
    return build.workspace(locale="en", currency="RUB")


@pytest.fixture
def marketer(shop: Workspace) -> Client:
    return client_of(shop, "marketer")


@pytest.fixture
def cascade(shop: Workspace) -> Campaign:
    """Eight people get it: five by both channels, three by SMS alone; two cannot be reached."""
    campaigns.people(shop, 5)
    campaigns.people(shop, 3, reachable=("sms",), consents=("sms",))
    campaigns.people(shop, 2, consents=())
    return campaigns.cascade(shop, name="Autumn")


def seen(campaign: Campaign) -> dict[str, str]:
    campaign.refresh_from_db()
    return {"seen_at": campaign.updated_at.isoformat()}


def terms(campaign: Campaign, **changes: str) -> dict[str, str]:
    filled = {
        "name": "Winter", "kind": "points_expire_soon", "days": "14", "min_points": "5",
        "control_percent": "20", "attribution_days": "5", "cap_messages": "2", "cap_days": "3",
        "quiet_from": "21:00", "quiet_until": "09:00",
    }  # fmt: skip
    return filled | seen(campaign) | changes


def post(client: Client, shop: Workspace, path: str, data: dict[str, str], **headers: str) -> Any:
    return client.post(
        f"/{shop.slug}/campaigns/{path}", data, headers={"Accept-Language": "en", **headers}
    )


def test_the_waterfall_leads_from_the_audience_to_the_number_on_the_button(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    answer = marketer.get(f"/{shop.slug}/campaigns/{cascade.pk}/")

    rows = answer.context["waterfall"]
    losses = sum(row.count for row in rows if row.kind == "loss")
    assert (rows[0].count, losses, rows[-1].count) == (10, 2, 8)
    assert answer.context["receive"] == 8


def test_the_button_names_the_number(shop: Workspace, marketer: Client, cascade: Campaign) -> None:
    assert "Launch to 8 people" in text_of(marketer, shop, f"campaigns/{cascade.pk}/")


def test_the_bill_is_the_sum_of_its_lines(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    text = text_of(marketer, shop, f"campaigns/{cascade.pk}/")

    # 5 letters at 0.03 and 7 SMS at 5.60: one of the five has read the letter.
    assert "5 × ₽0.03 ₽0.15" in text
    assert "7 × ₽5.60 ₽39.20" in text
    assert "₽39.35" in text
    assert "₽44.80" in text


def test_looking_writes_nothing_and_keeps_to_the_budget(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    address = f"/{shop.slug}/campaigns/{cascade.pk}/"
    marketer.get(address)

    with CaptureQueriesContext(connection) as captured:
        marketer.get(address)

    sql = [query["sql"] for query in captured.captured_queries]
    assert [one for one in sql if WRITES.match(one) and "django_session" not in one] == []
    assert len(sql) <= BUDGET, "\n".join(one[:120] for one in sql)


def test_saving_the_terms_answers_what_follows_and_is_audited(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    answer = post(marketer, shop, f"{cascade.pk}/edit/", terms(cascade))

    cascade.refresh_from_db()
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (200, "true")
    assert cascade.audience == {"kind": "points_expire_soon", "days": 14, "min_points": 5}
    assert AuditEntry.unscoped.filter(action="edited").count() == 1


@pytest.mark.parametrize("field", ["days", "min_points"])
def test_an_emptied_field_of_the_audience_is_said_and_locks_the_launch(
    shop: Workspace, marketer: Client, cascade: Campaign, field: str
) -> None:
    before = dict(cascade.audience)

    answer = post(marketer, shop, f"{cascade.pk}/edit/", terms(cascade, **{field: ""}))

    cascade.refresh_from_db()
    assert answer.context["form"].errors.keys() == {field}
    assert "Not saved" in answer.content.decode()
    assert answer.context["checks"].is_locked
    assert cascade.audience == before


def test_fields_of_the_audience_that_were_not_shown_stay_as_they_are(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    shown = terms(cascade)
    del shown["days"], shown["min_points"]

    post(marketer, shop, f"{cascade.pk}/edit/", shown)

    cascade.refresh_from_db()
    assert (cascade.name, cascade.audience["days"]) == ("Winter", 30)


def test_a_change_made_meanwhile_is_not_overwritten(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    old = terms(cascade)
    post(marketer, shop, f"{cascade.pk}/edit/", terms(cascade, name="Hers"))

    answer = post(marketer, shop, f"{cascade.pk}/edit/", old | {"name": "Mine"})

    cascade.refresh_from_db()
    assert cascade.name == "Hers"
    assert b"Somebody changed this meanwhile" in answer.content


@pytest.mark.parametrize(
    ("field", "value"),
    [("control_percent", "91"), ("name", ""), ("cap_days", "0"), ("quiet_until", "")],
)
def test_wrong_terms_are_said_and_not_saved(
    shop: Workspace, marketer: Client, cascade: Campaign, field: str, value: str
) -> None:
    answer = post(marketer, shop, f"{cascade.pk}/edit/", terms(cascade, **{field: value}))

    cascade.refresh_from_db()
    assert b"Not saved: correct the marked fields." in answer.content
    assert answer.context["checks"].is_locked
    assert cascade.name == "Autumn"


def test_a_step_changes_in_place_and_the_answer_has_the_new_numbers(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    step = cascade.steps.get(position=2)
    data = {"wait": "48", "stop_fact": "clicked"} | seen(cascade)

    answer = post(marketer, shop, f"{cascade.pk}/steps/{step.pk}/", data, **{"HX-Request": "true"})

    step.refresh_from_db()
    assert (step.wait.days, step.stop_fact) == (2, "clicked")
    assert b'id="steps" hx-swap-oob="true"' in answer.content


def test_another_kind_of_channel_brings_a_text_of_its_kind(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    step = cascade.steps.get(position=1)
    sms = cascade.steps.get(position=2).channel

    post(marketer, shop, f"{cascade.pk}/steps/{step.pk}/", {"channel": str(sms.pk)} | seen(cascade))

    step.refresh_from_db()
    assert step.channel == sms
    assert step.template.channel_kind == "sms"


def test_a_removed_step_moves_the_later_ones_up(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    first = cascade.steps.get(position=1)

    post(marketer, shop, f"{cascade.pk}/steps/{first.pk}/", {"verb": "remove"} | seen(cascade))

    left = cascade.steps.get()
    assert (left.position, left.channel.kind, left.wait.total_seconds()) == (1, "sms", 0)


def test_a_cascade_has_at_most_five_steps(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    for _ in range(drafting.MOST_STEPS):
        post(marketer, shop, f"{cascade.pk}/steps/", seen(cascade))

    assert cascade.steps.count() == drafting.MOST_STEPS


def test_a_step_of_another_campaign_is_not_found(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    other = campaigns.cascade(shop).steps.get(position=1)

    answer = post(
        marketer, shop, f"{cascade.pk}/steps/{other.pk}/", {"verb": "remove"} | seen(cascade)
    )

    assert answer.status_code == 404
    assert CampaignStep.unscoped.filter(pk=other.pk).exists()


def test_a_new_campaign_is_a_ready_draft(shop: Workspace, marketer: Client) -> None:
    campaigns.channel(shop, "email")
    campaigns.channel(shop, "sms")

    answer = marketer.post(f"/{shop.slug}/campaigns/new/")

    made = Campaign.objects.within(shop).get()
    assert answer["Location"] == f"/{shop.slug}/campaigns/{made.pk}/"
    assert [step.channel.kind for step in made.steps.all()] == ["email", "sms"]
    assert made.control_percent == Decimal(10)


def test_the_letter_stands_in_a_sandbox_of_its_own(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    step = cascade.steps.get(position=1)

    answer = marketer.get(f"/{shop.slug}/campaigns/{cascade.pk}/steps/{step.pk}/mail/")

    policy = answer.headers["Content-Security-Policy"]
    assert b"Hello Anna" in answer.content
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert policy.startswith("default-src 'none'")
    assert b"/m/" not in answer.content.replace(b"shop.example/m/u/preview", b"")


def test_the_preview_turns_to_the_next_person_and_back(
    shop: Workspace, marketer: Client, cascade: Campaign
) -> None:
    address = f"/{shop.slug}/campaigns/{cascade.pk}/preview/"
    first = marketer.get(address).context["around"]
    second = marketer.get(address, {"person": first.after}).context["around"]

    assert first.before == 0
    assert second.reader.customer_id == first.after
    assert second.before == first.reader.customer_id
