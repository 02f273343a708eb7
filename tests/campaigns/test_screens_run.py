"""A run's page: it adds up, says what it does not know, writes nothing, and can be steered."""

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.models import Delivery, Run
from campaigns.rules.facts import Fact
from campaigns.services import receiving, sending
from core.models import AuditEntry, Workspace
from tests import build, build_loyalty
from tests import build_campaigns as campaigns
from tests.campaigns.screens import client_of, numbers, text_of

pytestmark = pytest.mark.django_db
WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)", re.IGNORECASE)
BUDGET = 16


@pytest.fixture
def shop() -> Workspace:
    return build.workspace(locale="en", currency="RUB")


@pytest.fixture
def marketer(shop: Workspace) -> Client:
    return client_of(shop, "marketer")


@pytest.fixture
def run(shop: Workspace) -> Run:
    """46 people: some unreachable, one clicked and bought, one only clicked, the rest got it.

    Whatever lot puts into the control group, the rest fill one page and not more than two.
    """
    campaigns.people(shop, 42)
    campaigns.people(shop, 4, reachable=(), consents=())
    made = campaigns.cascade(shop, name="Autumn & Co", control_percent=Decimal(15))
    launched = campaigns.launched(made)
    sending.send_due()
    rows = Delivery.unscoped.filter(run=launched, step__position=1, state="accepted").order_by("id")
    for number, row in enumerate(rows[:2]):
        clicked(row, launched, f"e{number}")
    bought(rows[0])
    launched.refresh_from_db()
    return launched


def clicked(row: Delivery, run: Run, event: str) -> None:
    fact = Fact(row.pk, row.customer_id, "clicked", run.business_start, event)
    receiving.receive(facts=[fact], source="test")


def bought(row: Delivery) -> None:
    row.refresh_from_db()
    assert row.clicked_at is not None
    build_loyalty.order(row.customer, 5_000, at=row.clicked_at + timedelta(hours=1))


def test_the_funnel_adds_up_to_the_audience_in_words(
    shop: Workspace, marketer: Client, run: Run
) -> None:
    text = text_of(marketer, shop, f"campaigns/runs/{run.pk}/")

    sum_line = re.search(r"Adds up: ([\d,+ ]+) = (\d+)", text)
    assert sum_line is not None
    assert sum(numbers(sum_line[1])) == int(sum_line[2]) == run.audience_size == 46


def test_what_was_saved_stands_before_and_after_the_cheap_steps(
    shop: Workspace, marketer: Client, run: Run
) -> None:
    answer = marketer.get(f"/{shop.slug}/campaigns/runs/{run.pk}/")

    money = answer.context["report"].money
    cheap = money.steps[0].cost_micros
    assert money.summary.saved_gross_micros - money.summary.saved_net_micros == cheap > 0
    assert "before the cheaper steps are paid for" in text_of(
        marketer, shop, f"campaigns/runs/{run.pk}/"
    )


def test_the_tabs_of_people_add_up_to_the_audience(
    shop: Workspace, marketer: Client, run: Run
) -> None:
    answer = marketer.get(f"/{shop.slug}/campaigns/runs/{run.pk}/")

    tabs = answer.context["people_tabs"]
    assert sum(tab.count for tab in tabs) == run.audience_size


@pytest.mark.parametrize("stage", ["bought", "clicked", "delivered", "not_sent", "control"])
def test_a_tab_lists_as_many_people_as_it_says(
    shop: Workspace, marketer: Client, run: Run, stage: str
) -> None:
    answer = marketer.get(f"/{shop.slug}/campaigns/runs/{run.pk}/", {"people": stage})

    page = answer.context["people_page"]
    assert len(page.rows) == min(page.total, 20)


def test_people_turn_pages_by_keyset_without_losing_anybody(
    shop: Workspace, marketer: Client, run: Run
) -> None:
    first = marketer.get(f"/{shop.slug}/campaigns/runs/{run.pk}/", {"people": "delivered"}).context
    address = first["people_page"].after.partition("#")[0]
    second = marketer.get(f"/{shop.slug}/campaigns/runs/{run.pk}/{address}").context

    seen = [one.row.member_id for page in (first, second) for one in page["people_page"].rows]
    assert len(seen) == len(set(seen)) == first["people_page"].total
    assert second["people_page"].before
    assert not second["people_page"].after


def test_a_person_is_found_by_a_part_of_the_name(
    shop: Workspace, marketer: Client, run: Run
) -> None:
    address, asked = f"/{shop.slug}/campaigns/runs/{run.pk}/", {"people": "delivered"}
    name = marketer.get(address, asked).context["people_page"].rows[-1].row.name

    found = marketer.get(address, asked | {"q": name[1:]})
    nobody = marketer.get(address, asked | {"q": "100%"})

    assert name in {one.row.name for one in found.context["people_page"].rows}
    assert nobody.context["people_page"].rows == []


def test_a_nul_in_a_search_is_no_more_than_a_search(
    shop: Workspace, marketer: Client, run: Run
) -> None:
    address, asked = f"/{shop.slug}/campaigns/runs/{run.pk}/", {"people": "delivered"}
    name = marketer.get(address, asked).context["people_page"].rows[-1].row.name

    found = marketer.get(address, asked | {"q": f"\0{name[1:]}"})
    campaigns_found = marketer.get(f"/{shop.slug}/campaigns/", {"q": "\0autumn"})
    nobody = marketer.get(f"/{shop.slug}/campaigns/", {"q": "\0winter"})

    assert name in {one.row.name for one in found.context["people_page"].rows}
    assert [row.campaign.name for row, _ in campaigns_found.context["rows"]] == ["Autumn & Co"]
    assert nobody.context["rows"] == []


def test_too_few_people_are_said_to_be_too_few(shop: Workspace, marketer: Client, run: Run) -> None:
    text = text_of(marketer, shop, f"campaigns/runs/{run.pk}/")

    assert "Too few people or purchases to tell." in text
    assert "nobody truly received it" not in text


def test_a_backdated_run_says_that_nobody_received_it(shop: Workspace, marketer: Client) -> None:
    campaigns.people(shop, 3)
    run = campaigns.launched(
        campaigns.cascade(shop), business_start=build.NOON - timedelta(days=60), speed=3600
    )

    text = text_of(marketer, shop, f"campaigns/runs/{run.pk}/")

    assert "nobody truly received it" in text
    assert "A/A test" in text


@pytest.mark.parametrize(
    "path",
    ["campaigns/runs/{run}/", "campaigns/runs/{run}/live/", "campaigns/runs/{run}/?part=report"],
)
def test_looking_writes_nothing_and_keeps_to_the_budget(
    shop: Workspace, marketer: Client, run: Run, path: str
) -> None:
    address = f"/{shop.slug}/{path.format(run=run.pk)}"
    marketer.get(address)

    with CaptureQueriesContext(connection) as captured:
        marketer.get(address)

    sql = [query["sql"] for query in captured.captured_queries]
    assert [one for one in sql if WRITES.match(one) and "django_session" not in one] == []
    assert len(sql) <= BUDGET, "\n".join(one[:120] for one in sql)


def test_the_live_part_asks_for_the_page_when_the_state_has_changed(
    shop: Workspace, marketer: Client, run: Run
) -> None:
    same = marketer.get(f"/{shop.slug}/campaigns/runs/{run.pk}/live/", {"state": "running"})
    other = marketer.get(f"/{shop.slug}/campaigns/runs/{run.pk}/live/", {"state": "freezing"})

    assert "HX-Refresh" not in same.headers
    assert other.headers["HX-Refresh"] == "true"


def test_pause_resume_and_cancel_work_from_the_page_and_are_audited(
    shop: Workspace, marketer: Client, run: Run
) -> None:
    states = []
    for verb in ("pause", "resume", "cancel"):
        marketer.post(f"/{shop.slug}/campaigns/runs/{run.pk}/steer/", {"verb": verb})
        run.refresh_from_db()
        states.append(run.state)

    assert states == ["paused", "running", "cancelled"]
    assert AuditEntry.unscoped.filter(action__in=["paused", "resumed", "cancelled"]).count() == 3


def test_a_run_that_has_moved_on_is_not_paused_twice(
    shop: Workspace, marketer: Client, run: Run
) -> None:
    address = f"/{shop.slug}/campaigns/runs/{run.pk}/steer/"
    marketer.post(address, {"verb": "pause"})

    again = marketer.post(address, {"verb": "pause"})

    assert again.status_code == 409


def test_an_analyst_may_look_but_not_steer(shop: Workspace, run: Run) -> None:
    analyst = client_of(shop, "analyst")

    looked = analyst.get(f"/{shop.slug}/campaigns/runs/{run.pk}/")
    steered = analyst.post(f"/{shop.slug}/campaigns/runs/{run.pk}/steer/", {"verb": "cancel"})

    assert (looked.status_code, steered.status_code) == (200, 403)
    assert b"cancel-run" not in looked.content


def exported(client: Client, shop: Workspace, run: Run) -> list[list[str]]:
    answer: Any = client.post(f"/{shop.slug}/campaigns/runs/{run.pk}/export/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    # The language of the visitor: Russian, whose spreadsheets part cells by semicolons.
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_the_export_has_everybody_once_and_is_audited(
    shop: Workspace, marketer: Client, run: Run
) -> None:
    rows = exported(marketer, shop, run)

    people = [row[0] for row in rows[1:]]
    assert len(people) == len(set(people)) == run.audience_size
    assert AuditEntry.unscoped.filter(action="exported").count() == 1


def test_the_export_disarms_formulas(shop: Workspace, marketer: Client) -> None:
    campaigns.person(shop, first_name='=HYPERLINK("http://evil")')
    run = campaigns.launched(campaigns.cascade(shop))

    rows = exported(marketer, shop, run)

    assert rows[1][1].startswith("'=HYPERLINK")


def test_the_name_of_a_campaign_is_escaped_once(
    shop: Workspace, marketer: Client, run: Run
) -> None:
    answer = marketer.get(f"/{shop.slug}/campaigns/runs/{run.pk}/")

    assert b"Autumn &amp; Co" in answer.content
    assert b"&amp;amp;" not in answer.content
