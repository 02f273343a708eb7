"""The sinks as processes: their controls, their restarts, where they listen, how chance repeats."""

import socket
from pathlib import Path
from typing import Any

import httpx

from campaigns.channels.base import Outgoing
from campaigns.channels.http_sms import HttpSmsAdapter
from demo.sinks.personality import Fault, Personality
from demo.sinks.running import RunningSinks, start


def send_text(sinks: RunningSinks) -> None:
    adapter = HttpSmsAdapter({"url": sinks.sms_url})
    adapter.send_many([Outgoing("again-0", "+7912", "Привет")])
    adapter.close()


def test_a_bad_change_of_character_is_refused_whole(sinks: RunningSinks) -> None:
    answer = httpx.patch(
        sinks.control_url,
        json={"sms": {"price_micros": 1}, "email": {"colour": 1}},
        trust_env=False,
    )
    shown = httpx.get(sinks.control_url, trust_env=False).json()

    assert answer.status_code == 400
    assert shown["personality"]["sms"]["price_micros"] == 5_600_000


def test_a_restart_keeps_the_addresses_the_secret_and_the_memory(
    tmp_path: Path, settings: Any
) -> None:
    settings.EGRESS_ALLOW_LOOPBACK = True
    with start(tmp_path) as first:
        first.configure(sms={"price_micros": 7})
        send_text(first)
    with start(tmp_path) as second:
        send_text(second)
        shown = httpx.get(second.control_url, trust_env=False).json()

    assert (first.smtp_port, first.sms_url) == (second.smtp_port, second.sms_url)
    assert first.webhook_secret == second.webhook_secret
    assert shown["personality"]["sms"]["price_micros"] == 7
    assert len(second.accepted("sms")) == 1
    assert (first.process.returncode, second.process.returncode) == (0, 0)


def test_the_sinks_listen_on_loopback_only(sinks: RunningSinks) -> None:
    outer = socket.gethostbyname(socket.gethostname())
    addresses = [outer] if not outer.startswith("127.") else []

    assert [one for one in addresses if is_open(one, sinks.smtp_port)] == []
    assert is_open("127.0.0.1", sinks.smtp_port)


def is_open(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), 1).close()
    except (OSError, RuntimeError):
        return False
    return True


def test_faults_befall_their_share_of_the_attempts() -> None:
    person = Personality(faults=(Fault("429", 0.3), Fault("500", 0.2)))
    drawn = [person.fault_for(i, 1) for i in range(4_000)]
    kinds = [fault.kind if fault else "" for fault in drawn]

    assert abs(kinds.count("429") - 1_200) < 120
    assert abs(kinds.count("500") - 800) < 110
    assert drawn == [person.fault_for(i, 1) for i in range(4_000)]
