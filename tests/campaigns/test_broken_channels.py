"""A channel that is broken in whatever way costs its own messages time, and nobody else's."""

from typing import Any

import pytest

from campaigns.channels.base import Ambiguous, Outgoing, Result
from campaigns.channels.http_sms import HttpSmsAdapter
from campaigns.channels.smtp import SmtpAdapter
from campaigns.models import Channel, Delivery, Run
from campaigns.services import sending, upkeep
from core import invariants
from core.models import Workspace
from tests import build
from tests import build_campaigns as campaigns
from tests.campaigns import recorder

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Workspace:
    return build.workspace()


def launched(shop: Workspace) -> Run:
    campaigns.person(shop)
    made = campaigns.campaign(shop)
    campaigns.step(made)
    return campaigns.launched(made)


def broken(run: Run, **settings: Any) -> Channel:
    mine = Channel.unscoped.filter(pk=run.steps.get().channel_id)
    mine.update(**settings)
    return mine.get()


@pytest.mark.parametrize(
    "wrong",
    [{"adapter": "gone"}, {"adapter": "smtp", "config": {"colour": "red"}},
     {"adapter": "http_sms", "config": {}}],
    ids=str,
)  # fmt: skip
def test_a_channel_that_cannot_be_built_rests_and_the_others_send(
    shop: Workspace, wrong: dict[str, Any]
) -> None:
    ours, theirs = launched(shop), launched(build.workspace())
    channel = broken(ours, **wrong)

    sending.send_due()

    channel.refresh_from_db()
    assert (campaigns.states(ours), campaigns.states(theirs)) == (["queued"], ["accepted"])
    assert channel.rest_until is not None
    assert invariants.broken() == {}


def test_it_sends_when_it_is_set_right(shop: Workspace) -> None:
    run = launched(shop)
    channel = broken(run, adapter="gone")
    sending.send_due()
    broken(run, adapter="recorder", rest_until=build.NOON)

    sending.send_due()

    channel.refresh_from_db()
    assert campaigns.states(run) == ["accepted"]
    assert channel.failures == 0


def test_what_a_channel_that_cannot_be_built_was_sending_is_in_doubt(shop: Workspace) -> None:
    recorder.answer(Ambiguous("timeout"))
    run = launched(shop)
    sending.send_due()
    broken(run, adapter="gone")
    Delivery.unscoped.filter(run=run).update(due_at=build.NOON)

    sending.send_due()

    assert campaigns.states(run) == ["unknown"]


def test_a_provider_that_fails_at_a_question_stops_no_turn_of_the_workers(
    shop: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_adapter: object, _ref: str, /) -> None:
        raise UnicodeEncodeError("ascii", "ключ", 0, 1, "a key of other signs")

    recorder.become(lookup_by_ref=True)
    recorder.answer(Ambiguous("timeout"))
    doubtful = launched(shop)
    sending.send_due()
    campaigns.make_due(doubtful)
    Delivery.unscoped.filter(run=doubtful).update(due_at=build.NOON)
    monkeypatch.setattr(recorder.RecordingAdapter, "lookup", fail)
    recorder.answers.clear()
    other = launched(build.workspace())

    sending.send_due()

    assert (campaigns.states(doubtful), campaigns.states(other)) == (["unknown"], ["accepted"])
    assert upkeep.reconcile() == 0


def test_a_call_that_fails_leaves_its_own_messages_in_doubt_and_no_others(shop: Workspace) -> None:
    def fail(_message: Outgoing) -> Result:
        raise OverflowError

    recorder.answer(fail)
    doubtful = launched(shop)
    sending.send_due()
    recorder.answers.clear()
    other = launched(build.workspace())

    sending.send_due()

    row = campaigns.delivery(doubtful)
    assert (row.state, row.reason) == ("unknown", "OverflowError")
    assert campaigns.states(other) == ["accepted"]


@pytest.mark.parametrize(
    "wrong",
    [{"security": "TLS"}, {"security": "ssl"}, {"security": None}, {"port": "25"}, {"port": 0},
     {"port": True}, {"read_seconds": "60"}, {"connect_seconds": -1}, {"host": None},
     {"password": 5}],
    ids=str,
)  # fmt: skip
def test_settings_that_would_be_taken_in_another_way_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SmtpAdapter({"host": "mail.example.org", "sender": "a@b.example"} | wrong)


@pytest.mark.parametrize("key", ["ключ", "a\nb", "a\x00b"])
def test_a_key_that_fits_into_no_header_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="api_key"):
        HttpSmsAdapter({"url": "https://sms.example.org", "api_key": key})


def test_how_long_a_gateway_remembers_is_a_number_however_it_is_written() -> None:
    adapter = HttpSmsAdapter({"url": "https://sms.example.org", "dedup_ttl_seconds": "3600"})

    assert adapter.capabilities.dedup_ttl_seconds == 3600
    with pytest.raises(ValueError, match="an hour"):
        HttpSmsAdapter({"url": "https://sms.example.org", "dedup_ttl_seconds": "an hour"})


def test_a_letter_is_not_begun_where_the_way_is_closed() -> None:
    adapter = SmtpAdapter({"host": "10.0.0.1", "sender": "a@b.example"})

    (result,) = adapter.send_many([Outgoing("1", "anna@example.org", "Hi")])

    assert result.reason == "connect: EgressRefused"  # type: ignore[union-attr]
