"""The SMTP channel against the strict sink, every point of failure included."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from campaigns.channels.base import Accepted, Ambiguous, NotAccepted, Outgoing, Refused, Result
from campaigns.channels.smtp import CONNECTIONS, CONNECTS, SmtpAdapter
from demo.sinks.running import RunningSinks

LOST = Ambiguous("connection_lost")


def letter(ref: str, address: str = "anna@example.org", **changes: Any) -> Outgoing:
    return Outgoing(ref, address, "Привет\n.\n..", html="<p>Привет</p>", **changes)


def letters(name: str, count: int) -> list[Outgoing]:
    return [letter(f"{name}-{i}", f"anna{i}@example.org") for i in range(count)]


@contextmanager
def channel(sinks: RunningSinks, **changes: Any) -> Iterator[SmtpAdapter]:
    config = {"host": "127.0.0.1", "port": sinks.smtp_port, "sender": "Shop <news@shop.example>"}
    adapter = SmtpAdapter(config | {"read_seconds": 0.5} | changes)
    yield adapter
    adapter.close()


def logged(sinks: RunningSinks, name: str) -> list[str]:
    refs = (str(line["ref"]) for line in sinks.accepted("smtp"))
    return [ref for ref in refs if ref.startswith(f"{name}-")]


def faulty(sinks: RunningSinks, kind: str, rate: float = 1.0, **changes: Any) -> None:
    sinks.configure(email={"faults": [{"kind": kind, "rate": rate, **changes}]})


def kinds(results: list[Result]) -> set[str]:
    return {type(result).__name__ for result in results}


@pytest.mark.parametrize("connections", [1, 3])
def test_delivered_is_what_was_requested_in_order(sinks: RunningSinks, connections: int) -> None:
    batch = letters(f"all{connections}", 300)
    with channel(sinks, connections=connections) as smtp:
        results = smtp.send_many(batch)

    assert results == [Accepted(f"{outgoing.ref}@shop.example") for outgoing in batch]
    assert sorted(logged(sinks, f"all{connections}")) == sorted(one.ref for one in batch)


def test_a_connection_is_kept_between_batches(sinks: RunningSinks) -> None:
    before = sinks.counts()["smtp_connections"]
    with channel(sinks) as smtp:
        smtp.send_many(letters("kept", 5))
        smtp.send_many(letters("kept", 5))

    assert sinks.counts()["smtp_connections"] == before + 1


def test_many_letters_go_over_several_connections(sinks: RunningSinks) -> None:
    before = sinks.counts()["smtp_connections"]
    with channel(sinks) as smtp:
        results = smtp.send_many(letters("wide", 50))

    assert kinds(results) == {"Accepted"}
    assert sinks.counts()["smtp_connections"] == before + CONNECTIONS


def test_a_server_that_wants_one_connection_gets_all_letters_over_it(sinks: RunningSinks) -> None:
    sinks.configure(email={"most_connections": 1})
    before = sinks.counts()["smtp_connections"]
    with channel(sinks) as smtp:
        results = smtp.send_many(letters("one", 50)) + smtp.send_many(letters("more", 50))

    assert kinds(results) == {"Accepted"}
    assert len(logged(sinks, "one")) == len(logged(sinks, "more")) == 50
    # The second one was tried, refused, and not tried again at once.
    assert sinks.counts()["smtp_connections"] == before + 2


def test_connections_that_say_nothing_are_waited_for_together(sinks: RunningSinks) -> None:
    faulty(sinks, "timeout_before", seconds=30)
    with channel(sinks, read_seconds=1.0) as smtp:
        started = time.monotonic()
        results = smtp.send_many(letters("silent", 50))
        seconds = time.monotonic() - started

    assert results.count(Ambiguous("timeout")) == CONNECTS * CONNECTIONS
    assert results.count(NotAccepted("connection_lost")) == 50 - CONNECTS * CONNECTIONS
    assert CONNECTS <= seconds < CONNECTS * CONNECTIONS
    assert logged(sinks, "silent") == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("bounce-1@example.org", Refused("smtp 550 5.1.1", is_hard_bounce=True)),
        ("full-1@example.org", Refused("smtp 552 5.2.2")),
        ("blocked-1@example.org", Refused("smtp 554 5.7.1")),
        ("greylist-1@example.org", NotAccepted("smtp 451 4.7.1")),
        ("no address", Refused("bad_address", is_hard_bounce=True)),
        ("a@b.c>\r\nRCPT TO:<x@y.z", Refused("bad_address", is_hard_bounce=True)),
        ("", Refused("bad_address", is_hard_bounce=True)),
        ("анна@example.org", Refused("address_needs_smtputf8")),
    ],
)
def test_a_refused_recipient_does_not_stop_the_others(
    sinks: RunningSinks, address: str, expected: Result
) -> None:
    batch = [letter("ok-1"), letter("refused-1", address), letter("ok-2")]
    with channel(sinks) as smtp:
        results = smtp.send_many(batch)

    assert results[1] == expected
    assert kinds([results[0], results[2]]) == {"Accepted"}
    assert logged(sinks, "refused") == []


def test_an_address_in_another_script_is_sent_in_ascii(sinks: RunningSinks) -> None:
    with channel(sinks) as smtp:
        smtp.send_many([letter("idn-1", "anna@почта.рф")])

    assert [line["to"] for line in sinks.accepted("smtp") if line["ref"] == "idn-1"] == [
        "anna@xn--80a1acny.xn--p1ai"
    ]


@pytest.mark.parametrize(
    ("kind", "expected", "is_taken"),
    [
        ("421", NotAccepted("smtp 421 4.3.2"), False),
        ("451", NotAccepted("smtp 451 4.3.0"), False),
        ("554", Refused("smtp 554 5.6.0"), False),
        ("close_at_data", NotAccepted("connection_lost"), False),
        ("close_before", LOST, False),
        ("close_after", LOST, True),
        ("timeout_before", Ambiguous("timeout"), False),
        ("timeout_after", Ambiguous("timeout"), True),
        ("slow", Accepted("fault-slow@shop.example"), True),
    ],
)
def test_each_failure_is_filed_by_what_it_proves(
    sinks: RunningSinks, kind: str, expected: Result, *, is_taken: bool
) -> None:
    faulty(sinks, kind, seconds=0.2 if kind == "slow" else 5)
    with channel(sinks) as smtp:
        results = smtp.send_many([letter(f"fault-{kind}")])

    assert results == [expected]
    assert (f"fault-{kind}" in logged(sinks, "fault")) is is_taken


@pytest.mark.parametrize("kind", ["421", "close_at_data", "close_before", "close_after"])
def test_after_a_lost_connection_the_rest_goes_over_a_new_one_and_nothing_twice(
    sinks: RunningSinks, kind: str
) -> None:
    faulty(sinks, kind, rate=0.02)
    name = f"rest{kind}"
    with channel(sinks) as smtp:
        results = smtp.send_many(letters(name, 100))
    refs, taken = [f"{name}-{i}" for i in range(100)], logged(sinks, name)
    accepted = {ref for ref, one in zip(refs, results, strict=True) if isinstance(one, Accepted)}
    unsure = {ref for ref, one in zip(refs, results, strict=True) if isinstance(one, Ambiguous)}

    assert len(taken) == len(set(taken))
    assert accepted <= set(taken) <= accepted | unsure
    assert len(accepted) >= 30


def test_nobody_listening_is_surely_not_accepted() -> None:
    adapter = SmtpAdapter({"host": "127.0.0.1", "port": 9, "sender": "a@b.example"})

    assert adapter.send_many([letter("1")]) == [NotAccepted("connect: ConnectionRefusedError")]


def test_a_host_that_does_not_exist_is_surely_not_accepted() -> None:
    adapter = SmtpAdapter({"host": "nowhere.invalid", "sender": "a@b.example"})

    assert adapter.send_many([letter("1")]) == [NotAccepted("connect: gaierror")]


def test_a_batch_out_of_time_leaves_the_rest_unsent(sinks: RunningSinks) -> None:
    sinks.configure(email={"latency": [0.05, 0.05]})
    with channel(sinks, batch_seconds=0.3) as smtp:
        results = smtp.send_many(letters("late", 40))
    sent = [result for result in results if isinstance(result, Accepted)]

    assert 0 < len(sent) < 40
    assert results[-1] == NotAccepted("out_of_time")
    assert len(logged(sinks, "late")) == len(sent)


def test_a_bad_sender_condemns_no_address(sinks: RunningSinks) -> None:
    with channel(sinks, sender="nobody") as smtp:
        assert smtp.send_many([letter("x-1")]) == [NotAccepted("bad_sender_or_headers")]


def test_a_message_over_the_size_is_refused_before_its_octets_are_sent(
    sinks: RunningSinks,
) -> None:
    huge = Outgoing("big-1", "anna@example.org", "x" * 900 + "\n" + ("y" * 900 + "\n") * 30_000)
    with channel(sinks) as smtp:
        results = smtp.send_many([huge, letter("big-2")])

    assert results[0] == Refused("smtp 552 5.3.4")
    assert kinds(results[1:]) == {"Accepted"}


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        SmtpAdapter({"host": "localhost", "colour": "red"})


def test_a_plain_server_claims_nothing_it_cannot_do(sinks: RunningSinks) -> None:
    with channel(sinks) as smtp:
        assert smtp.capabilities.dedup_ttl_seconds is None
        assert smtp.lookup("1") is None
