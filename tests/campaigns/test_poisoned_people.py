"""One person whose message cannot be put together costs that person, whatever it is."""

import logging
from typing import Any

import pytest

from campaigns import audiences, variables
from campaigns.audiences import AudienceSql
from campaigns.channels.base import Accepted
from campaigns.models import Campaign, Delivery, Run
from campaigns.selectors import runs
from campaigns.services import composing, sending
from campaigns.views import words
from core import invariants
from tests import build
from tests import build_campaigns as campaigns
from tests.campaigns import recorder

pytestmark = pytest.mark.django_db
POISONED = "test_poisoned"
SECRET = "s3cret-of-one"
# Values as the base may come to hold them; the first are those that only the gate reads.
POISONS = {
    "an instant that is none": '{"useful_until": "soon"}',
    "a week date": '{"useful_until": "2011-W47-5T00:00:00Z"}',
    "an instant without a zone": '{"useful_until": "2011-11-01T00:00:00"}',
    "a number for an instant": '{"useful_until": 5}',
    "points in halves": '{"burns_by": "2031-11-01T00:00:00Z", "points": 12.5}',
    "points that are a word": f'{{"burns_by": "2031-11-01T00:00:00Z", "points": "{SECRET}"}}',
    "points beyond counting": '{"burns_by": "2031-11-01T00:00:00Z", "points": 1e300}',
    "no object": "null",
    "a list": "[1, 2]",
    "a day that is none": f'{{"expires_on": "{SECRET}"}}',
    "a day of another type": '{"expires_on": {"a": []}}',
    "a number for a day": '{"note": {"deep": {"deeper": [1]}}, "expires_on": 3}',
}


def _poisoned(workspace_id: int, _params: Any, _at: Any) -> AudienceSql:
    """What stands in the last name is frozen as the person's values."""
    return AudienceSql(
        "SELECT id AS customer_id, COALESCE(NULLIF(last_name, ''), '{}')::jsonb AS variables"
        " FROM crm_customer WHERE workspace_id = %(test_workspace)s",
        {"test_workspace": workspace_id},
    )


FROZEN = frozenset({"points", "expires_on", "note"})
audiences.register(POISONED, _poisoned, "Everybody, noted", variables=FROZEN)
assert "points" in variables.catalogue(frozen=FROZEN)


@pytest.fixture
def campaign() -> Campaign:
    shop = build.workspace(locale="en")
    made = campaigns.cascade(shop, audience={"kind": POISONED})
    campaigns.people(shop, 60)
    return made


def send(campaign: Campaign) -> Run:
    run = campaigns.launched(campaign)
    sending.send_due()
    return run


def poison(campaign: Campaign, values: str) -> Any:
    return campaigns.person(campaign.workspace, first_name="Poisoned", last_name=values)


@pytest.mark.parametrize("values", POISONS.values(), ids=POISONS)
def test_the_rest_of_the_batch_is_written_to_once(
    campaign: Campaign, values: str, caplog: pytest.LogCaptureFixture
) -> None:
    person = poison(campaign, values)

    with caplog.at_level(logging.INFO):
        run = send(campaign)

    first = {one.customer_id: (one.state, one.reason) for one in campaigns.deliveries(run)}
    assert first.pop(person.pk) == ("failed", "render")
    assert set(first.values()) == {("accepted", "")}
    assert len(recorder.sent) == len({one.ref for one in recorder.sent}) == 60
    assert SECRET not in caplog.text
    assert invariants.broken() == {}


def test_a_person_whose_values_are_sound_is_written_to(campaign: Campaign) -> None:
    sound = '{"burns_by": "2031-11-01T00:00:00+00:00", "useful_until": null, "points": null}'
    person = poison(campaign, sound)

    run = send(campaign)

    states = {one.customer_id: one.state for one in campaigns.deliveries(run)}
    assert (states[person.pk], len(recorder.sent)) == ("accepted", 61)


def test_the_report_adds_up_with_the_reason_in_words(campaign: Campaign) -> None:
    poison(campaign, POISONS["an instant that is none"])

    run = send(campaign)

    counts = [row for row in runs.outcome_counts(run=run) if row["position"] == 1]
    assert sum(row["people"] for row in counts) == run.audience_size == 61
    assert {(row["state"], row["reason"]): row["people"] for row in counts} == {
        ("accepted", ""): 60, ("failed", composing.REASON): 1,
    }  # fmt: skip
    assert words.reason(composing.REASON) != composing.REASON


def test_such_a_person_goes_on_to_the_next_step(campaign: Campaign) -> None:
    person = poison(campaign, POISONS["no object"])

    run = send(campaign)

    later = Delivery.unscoped.get(run=run, customer=person, step__position=2)
    assert later.state == "failed"


def test_whom_a_try_before_may_have_reached_stays_in_doubt(campaign: Campaign) -> None:
    person = poison(campaign, POISONS["no object"])
    run = campaigns.launched(campaign)
    mine = Delivery.unscoped.filter(run=run, customer=person)
    mine.update(intent_at=build.NOON, intent_business_at=build.NOON)

    sending.send_due()

    assert mine.values_list("state", "reason")[0] == ("unknown", "in_doubt")


@pytest.mark.parametrize(("units", "cost"), [(10**6, 5), (1, 2**63), (10**30, 10**30)])
def test_a_provider_that_bills_without_measure_loses_nobodys_result(
    campaign: Campaign, units: int, cost: int
) -> None:
    recorder.answer(lambda message: Accepted(f"p{message.ref}", units, cost))

    run = send(campaign)

    assert set(campaigns.states(run)) == {"accepted"}
