"""Groups that follow one another: an answer that has come is on record whatever happens next."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError

from campaigns.models import Run
from campaigns.services import adapters, gate, sending
from tests import build
from tests import build_campaigns as campaigns
from tests.campaigns import recorder

pytestmark = pytest.mark.django_db


class Failing:
    """Something that works until its third call."""

    def __init__(self, really: Callable[..., Any]) -> None:
        self._really, self._left = really, 2

    def __call__(self, **asked: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            raise OperationalError("the server is gone")
        return self._really(**asked)


def interrupted_at_the_third_group(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Three groups of two: one has landed and one is in the air when the third gate fails."""
    shop = build.workspace()
    campaigns.people(shop, 6)
    made = campaigns.campaign(shop)
    campaigns.step(made)
    run = campaigns.launched(made)
    monkeypatch.setattr(sending, "GROUP", 2)
    monkeypatch.setattr(gate, "decide", Failing(gate.decide))
    with pytest.raises(OperationalError):
        sending.send_batch()
    return run


def test_answers_are_on_record_although_the_next_gate_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = interrupted_at_the_third_group(monkeypatch)

    assert Counter(campaigns.states(run)) == {"accepted": 4, "claimed": 2}
    assert len(recorder.sent) == 4


def test_without_a_record_of_their_own_they_would_be_in_doubt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control: what was to be written with that gate is lost with it."""
    monkeypatch.setattr(sending._Traffic, "_record", lambda *_traffic: None)

    run = interrupted_at_the_third_group(monkeypatch)

    assert Counter(campaigns.states(run)) == {"sending": 4, "claimed": 2}


def test_batches_follow_one_another_until_nothing_is_due() -> None:
    shop = build.workspace()
    campaigns.people(shop, 5)
    made = campaigns.campaign(shop)
    campaigns.step(made)
    run = campaigns.launched(made)

    handled = sending.send_batches(9, limit=2)

    assert handled == 5
    assert campaigns.states(run) == ["accepted"] * 5


def test_an_adapter_is_kept_until_its_channel_says_something_else() -> None:
    channel = campaigns.channel(build.workspace(), "email")

    is_first_kept = adapters.is_kept(channel)
    first = adapters.adapter_of(channel)
    is_same_kept = adapters.is_kept(channel)
    channel.config = channel.config | {"sender": "Other <other@example.org>"}

    assert (is_first_kept, is_same_kept, adapters.is_kept(channel)) == (True, True, False)
    assert adapters.adapter_of(channel) is not first
