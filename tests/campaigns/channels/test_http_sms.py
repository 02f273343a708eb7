"""The SMS channel against the gateway simulator, every fault included."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from campaigns.channels.base import (
    Accepted,
    Ambiguous,
    NotAccepted,
    Outgoing,
    Refused,
    Result,
)
from campaigns.channels.http_sms import HttpSmsAdapter
from demo.sinks.running import RunningSinks

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2026, 5, 1, tzinfo=UTC)
Make = Callable[..., HttpSmsAdapter]


@pytest.fixture
def sms(sinks: RunningSinks, settings: Any) -> Iterator[Make]:
    """Makes adapters of the running gateway."""
    settings.EGRESS_ALLOW_LOOPBACK = True
    made: list[HttpSmsAdapter] = []

    def make(**changes: Any) -> HttpSmsAdapter:
        config = {"url": sinks.sms_url, "sender": "SHOP", "call_seconds": 0.7} | changes
        made.append(HttpSmsAdapter(config))
        return made[-1]

    yield make
    for adapter in made:
        adapter.close()


def text(ref: str, words: str = "Привет") -> Outgoing:
    return Outgoing(ref=ref, address="+79120000000", text=words)


def logged(sinks: RunningSinks, ref: str) -> int:
    return [line["ref"] for line in sinks.accepted("sms")].count(ref)


def faulty(sinks: RunningSinks, kind: str, **changes: Any) -> None:
    sinks.configure(sms={"faults": [{"kind": kind, "seconds": 2.0, **changes}]})


def test_a_message_is_taken_once_and_costs_what_its_segments_cost(
    sinks: RunningSinks, sms: Make
) -> None:
    result = sms().send_many([text("cost-1", "я" * 71)])[0]

    assert isinstance(result, Accepted)
    assert (result.units, result.cost_micros) == (2, 2 * 5_600_000)
    assert logged(sinks, "cost-1") == 1


def test_a_batch_answers_in_order(sinks: RunningSinks, sms: Make) -> None:
    sinks.configure(sms={"latency": [0.0, 0.03]})
    gateway = sms()

    results = gateway.send_many([text(f"order-{i}") for i in range(40)])
    again = [gateway.lookup(f"order-{i}") for i in range(40)]

    assert results == again
    assert (
        len({result.provider_message_id for result in results if isinstance(result, Accepted)})
        == 40
    )


@pytest.mark.parametrize(
    ("kind", "expected", "is_taken"),
    [
        ("401", NotAccepted("http_401"), False),
        ("429", NotAccepted("http_429"), False),
        ("503", NotAccepted("http_503"), False),
        ("500", Ambiguous("http_500"), False),
        ("502", Ambiguous("http_502"), False),
        ("422", Refused("http_422 invalid_number", is_hard_bounce=True), False),
        ("403", Refused("http_403 recipient_blocked"), False),
        ("timeout_before", Ambiguous("ReadTimeout"), False),
        ("reset_before", Ambiguous("ReadError"), False),
        ("error_body", Ambiguous("bad_answer"), False),
        ("500_after", Ambiguous("http_500"), True),
        ("timeout_after", Ambiguous("ReadTimeout"), True),
        ("reset_after", Ambiguous("ReadError"), True),
        ("html", Ambiguous("bad_answer"), True),
        ("truncated", Ambiguous("bad_answer"), True),
        ("wrong_id", Ambiguous("bad_answer"), True),
        ("drip", Ambiguous("ReadTimeout"), True),
    ],
)
def test_each_failure_is_filed_by_what_it_proves(
    sinks: RunningSinks, sms: Make, kind: str, expected: Result, *, is_taken: bool
) -> None:
    faulty(sinks, kind)

    assert sms().send_many([text(f"fault-{kind}")]) == [expected]
    assert logged(sinks, f"fault-{kind}") == is_taken


@pytest.mark.parametrize("kind", ["500_after", "html", "truncated", "wrong_id", "reset_after"])
def test_a_look_up_finds_what_an_answer_lost(sinks: RunningSinks, sms: Make, kind: str) -> None:
    faulty(sinks, kind)
    gateway = sms()
    gateway.send_many([text(f"lost-{kind}")])

    assert isinstance(gateway.lookup(f"lost-{kind}"), Accepted)


def test_a_look_up_proves_absence(sinks: RunningSinks, sms: Make) -> None:
    faulty(sinks, "500")
    gateway = sms()
    gateway.send_many([text("absent-1")])

    assert gateway.lookup("absent-1") == NotAccepted("absent")


def test_a_slow_answer_in_time_is_an_answer(sinks: RunningSinks, sms: Make) -> None:
    faulty(sinks, "slow", seconds=0.2)

    assert isinstance(sms().send_many([text("slow-1")])[0], Accepted)


def as_date(header: str) -> str:
    """The header; the one that depends on the clock is written when the test runs."""
    in_ten_minutes = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    return in_ten_minutes if header == "in ten minutes" else header


@pytest.mark.parametrize(
    ("header", "low", "high"),
    [
        ("7", 7, 7),
        ("in ten minutes", 480, 600),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 0, 0),
    ],
)
def test_a_retry_after_is_kept_in_both_of_its_forms(
    sinks: RunningSinks, sms: Make, header: str, low: float, high: float
) -> None:
    faulty(sinks, "429", retry_after=as_date(header))

    result = sms().send_many([text("wait-1")])[0]

    assert isinstance(result, NotAccepted)
    assert result.retry_after is not None
    assert low <= result.retry_after <= high


ODD_ZONE = "Mon, 01 Jan 2024 00:00:00 +9999999999999999"


@pytest.mark.parametrize("header", ["", "soon", "-5", "1e9", "²", ODD_ZONE])
def test_a_retry_after_that_is_none_is_none(sinks: RunningSinks, sms: Make, header: str) -> None:
    faulty(sinks, "429", retry_after=header.encode().decode("latin-1"))

    assert sms().send_many([text("wait-2")]) == [NotAccepted("http_429", None)]


def test_a_gateway_that_dedups_takes_a_repeated_reference_once(
    sinks: RunningSinks, sms: Make
) -> None:
    gateway = sms(dedup_ttl_seconds=86_400)
    first, second = gateway.send_many([text("twice-1")]), gateway.send_many([text("twice-1")])

    assert first == second
    assert logged(sinks, "twice-1") == 1
    assert gateway.capabilities.dedup_ttl_seconds == 86_400


def test_a_gateway_that_does_not_dedup_takes_it_twice(sinks: RunningSinks, sms: Make) -> None:
    sinks.configure(sms={"dedup": False})
    gateway = sms()
    gateway.send_many([text("twice-2")])
    gateway.send_many([text("twice-2")])

    assert logged(sinks, "twice-2") == 2


def test_a_gateway_forgets_after_its_time(sinks: RunningSinks, sms: Make) -> None:
    sinks.configure(sms={"dedup_ttl_seconds": 0.0})
    gateway = sms()
    gateway.send_many([text("twice-3")])
    gateway.send_many([text("twice-3")])

    assert logged(sinks, "twice-3") == 2


def test_nobody_listening_is_surely_not_accepted(sms: Make) -> None:
    assert sms(url="http://127.0.0.1:9").send_many([text("1")]) == [NotAccepted("ConnectError")]


def test_a_closed_way_out_is_surely_not_accepted(
    sinks: RunningSinks, sms: Make, settings: Any
) -> None:
    settings.EGRESS_ALLOW_LOOPBACK = False

    assert sms().send_many([text("shut-1")]) == [NotAccepted("EgressRefused")]
    assert logged(sinks, "shut-1") == 0


def test_a_connection_that_is_dropped_at_once_is_ambiguous(sms: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

        assert sms(url=url).send_many([text("1")]) == [Ambiguous("ReadTimeout")]


def test_a_batch_out_of_time_leaves_the_rest_unsent(sinks: RunningSinks, sms: Make) -> None:
    sinks.configure(sms={"latency": [0.1, 0.1]})

    results = sms(batch_seconds=0.25, concurrency=1).send_many(
        [text(f"late-{i}") for i in range(10)]
    )

    assert isinstance(results[0], Accepted)
    assert results[-1] == NotAccepted("out_of_time")
    assert logged(sinks, "late-9") == 0


def test_a_broken_sign_stops_no_batch(sms: Make) -> None:
    results = sms().send_many([text("odd-1", "a\ud800b"), text("odd-2")])

    assert [type(result) for result in results] == [Accepted, Accepted]


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        HttpSmsAdapter({"url": "https://sms.example", "colour": "red"})
