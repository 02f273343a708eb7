"""The way out to mail servers: the rules of HTTP, with the ports of mail."""

import socket
from typing import Any

import pytest

from core.egress import EgressRefused, Policy, mail_socket


@pytest.mark.parametrize(
    ("host", "port", "reason"),
    [
        ("127.0.0.1", 25, "private_address"),
        ("localhost", 587, "private_address"),
        ("10.0.0.1", 465, "private_address"),
        ("169.254.169.254", 25, "private_address"),
        ("::1", 25, "private_address"),
        ("mail.example.com", 80, "port"),
        ("mail.example.com", 6379, "port"),
    ],
)
def test_a_mail_server_is_held_to_the_same_rules(host: str, port: int, reason: str) -> None:
    with pytest.raises(EgressRefused) as caught:
        mail_socket(host, port, seconds=1, policy=Policy())

    assert caught.value.facts == {"reason": reason}


def test_a_relay_of_our_own_is_reached_on_any_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        own = Policy(own_hosts=frozenset({"127.0.0.1"}))

        with mail_socket("127.0.0.1", port, seconds=1, policy=own) as found:
            assert found.getpeername() == ("127.0.0.1", port)


def test_opening_loopback_opens_no_private_mail_server() -> None:
    with pytest.raises(EgressRefused):
        mail_socket("10.0.0.1", 25, seconds=1, policy=Policy(allow_loopback=True))


def test_the_connection_goes_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        """The name leads to us once and to the inner network ever after."""
        asked.append(host)
        if host != "localhost":
            return list(real(host, port, *args, **kwargs))
        address = "127.0.0.1" if asked.count(host) == 1 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with mail_socket("localhost", port, seconds=1, policy=Policy(allow_loopback=True)) as found:
            reached = found.getpeername()

    assert reached == ("127.0.0.1", port)
    assert asked.count("localhost") == 1
