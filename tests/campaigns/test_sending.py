"""The engine: launch, gate, send, cascade."""

from datetime import timedelta

import pytest

from campaigns.services import sending
from core import invariants
from tests import build
from tests import build_campaigns as campaigns
from tests.campaigns import recorder

pytestmark = pytest.mark.django_db


def test_a_message_reaches_everybody_once() -> None:
    shop = build.workspace()
    people = campaigns.people(shop, 3)
    made = campaigns.campaign(shop)
    campaigns.step(made)
    run = campaigns.launched(made)

    sending.send_due()
    sending.send_due()

    assert campaigns.states(run) == ["accepted"] * 3
    assert sorted(m.address for m in recorder.sent) == sorted(
        p.identities.get(kind="email").value for p in people
    )
    run.refresh_from_db()
    assert run.state == "finished"
    assert invariants.broken() == {}


def test_an_sms_goes_after_the_wait_to_those_who_have_not_read() -> None:
    shop = build.workspace()
    campaigns.people(shop, 2)
    made = campaigns.cascade(shop, wait=timedelta(hours=6))
    run = campaigns.launched(made)

    sending.send_due()

    assert campaigns.states(run, 1) == ["accepted"] * 2
    assert campaigns.states(run, 2) == ["queued"] * 2
