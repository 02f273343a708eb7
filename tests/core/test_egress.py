"""The way out over HTTP: what it refuses, and that it lets through what it should."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import httpx
import pytest

from core.egress import AnswerTooLarge, Client, EgressRefused, Policy, fetch

OPEN = Policy(allow_loopback=True)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Server:
    """A loopback server that answers each connection with what the test gave it."""

    speak: Callable[[socket.socket], None] = lambda peer: peer.sendall(OK)
    seen: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def run(self, listener: socket.socket) -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                self.seen.append(peer.recv(65_536))
                try:
                    self.speak(peer)
                except OSError:
                    continue


@pytest.fixture
def server() -> Iterator[Server]:
    listener = socket.create_server(("127.0.0.1", 0))
    made = Server(port=listener.getsockname()[1])
    thread = threading.Thread(target=made.run, args=(listener,), daemon=True)
    thread.start()
    yield made
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def answers(*addresses: str) -> Callable[..., list[Any]]:
    """A resolver that knows one answer."""

    def resolve(_host: str, port: int, *_args: Any, **_kwargs: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    return resolve


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0.0.0.0/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://192.0.2.1/",
        "https://[::]/",
        "https://[::1]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://[2001:0:a00:1::]/",
        "https://[fec0::1]/",
        "https://[::10.0.0.1]/",
        "https://[::ffff:0:10.0.0.1]/",
        "https://[64:ff9b:1::a00:1]/",
        "https://[5f00::1]/",
        "https://[3fff::1]/",
    ],
)
def test_an_address_that_is_not_public_is_refused(url: str) -> None:
    with pytest.raises(EgressRefused) as caught:
        fetch("GET", url, policy=Policy())

    assert caught.value.facts == {"reason": "private_address"}


@pytest.mark.parametrize("address", ["2606:4700::1111", "2a02:6b8::2:242", "93.184.216.34"])
def test_an_address_that_everybody_reaches_is_let_through(address: str) -> None:
    assert Policy().admits(ip_address(address))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.com/", "scheme"),
        ("ftp://example.com/", "scheme"),
        ("file:///etc/passwd", "address"),
        ("gopher://example.com/", "scheme"),
        ("https://example.com:22/", "port"),
        ("https://user:secret@example.com/", "address"),
        ("https://", "address"),
        ("//example.com/", "scheme"),
        ("https://example.com:99999/", "port"),
        ("https://example.com:port/", "address"),
    ],
)
def test_a_form_of_address_that_is_not_open_is_refused(url: str, reason: str) -> None:
    with pytest.raises(EgressRefused) as caught:
        fetch("GET", url, policy=Policy())

    assert caught.value.facts == {"reason": reason}


def test_a_name_with_one_private_answer_of_two_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answers("93.184.216.34", "10.0.0.1"))

    with pytest.raises(EgressRefused):
        fetch("GET", "https://example.com/", policy=Policy())


def test_a_host_of_our_own_is_reached_where_it_is(
    server: Server, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """A gateway inside the network of whoever runs the installation, and no neighbour of it."""
    monkeypatch.setattr(socket, "getaddrinfo", answers("127.0.0.1"))
    settings.EGRESS_ALLOW_LOOPBACK, settings.EGRESS_OWN_HOSTS = False, ["Gateway.Inside"]
    port = server.url.rstrip("/").rpartition(":")[2]

    assert fetch("GET", f"http://gateway.inside:{port}/").status == 200
    with pytest.raises(EgressRefused):
        fetch("GET", f"http://other.inside:{port}/")
    with pytest.raises(EgressRefused) as caught:
        fetch("GET", "https://other.inside/")
    assert caught.value.facts == {"reason": "private_address"}


def test_loopback_is_closed_until_it_is_opened(server: Server) -> None:
    with pytest.raises(EgressRefused):
        fetch("GET", server.url, policy=Policy())
    untouched = list(server.seen)

    answer = fetch("GET", server.url, policy=OPEN)

    assert untouched == []
    assert (answer.status, answer.body) == (200, b"ok")


def test_the_setting_opens_loopback(server: Server, settings: Any) -> None:
    settings.EGRESS_ALLOW_LOOPBACK = True
    assert fetch("GET", server.url).status == 200

    settings.EGRESS_ALLOW_LOOPBACK = False
    with pytest.raises(EgressRefused):
        fetch("GET", server.url)


def test_opening_loopback_opens_no_other_private_address() -> None:
    with pytest.raises(EgressRefused):
        fetch("GET", "https://10.0.0.1/", policy=OPEN)
    with pytest.raises(EgressRefused):
        fetch("GET", "http://10.0.0.1/", policy=OPEN)


def test_the_name_is_resolved_once_and_kept_in_host(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    first, real = answers("127.0.0.1"), socket.getaddrinfo

    def rebinding(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        """The name leads to us once and to the inner network ever after."""
        asked.append(host)
        if host != "localhost":
            return list(real(host, port, *args, **kwargs))
        return (first if asked.count(host) == 1 else answers("10.0.0.1"))(host, port)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)

    answer = fetch("GET", f"http://localhost:{server.port}/", policy=OPEN)

    assert answer.status == 200
    assert asked.count("localhost") == 1
    assert f"Host: localhost:{server.port}".encode().lower() in server.seen[0].lower()


def test_a_redirect_is_an_answer_and_is_not_followed(server: Server) -> None:
    server.speak = lambda peer: peer.sendall(
        b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    )

    answer = fetch("GET", server.url, policy=OPEN)

    assert (answer.status, len(server.seen)) == (302, 1)


def test_a_large_answer_is_cut(server: Server) -> None:
    server.speak = lambda peer: peer.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + b"x" * 5_000_000
    )

    with pytest.raises(AnswerTooLarge):
        fetch("GET", server.url, policy=OPEN, max_bytes=10_000)


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"])
def test_a_dripping_answer_ends_at_the_deadline(server: Server, start: bytes) -> None:
    def drip(peer: socket.socket) -> None:
        peer.sendall(start)
        for byte in b"HTTP/1.1 200 OK\r\n" * 3:
            time.sleep(0.1)
            peer.sendall(bytes([byte]))

    server.speak = drip
    started = time.monotonic()

    with pytest.raises(httpx.ReadTimeout):
        fetch("GET", server.url, policy=OPEN, seconds=0.6)

    assert time.monotonic() - started < 3  # all of it takes five


def test_proxies_of_the_environment_are_ignored(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert fetch("GET", server.url, policy=OPEN).status == 200


def test_cookies_of_one_call_do_not_come_with_the_next(server: Server) -> None:
    server.speak = lambda peer: peer.sendall(
        b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )

    with Client(policy=OPEN) as client:
        client.call("GET", server.url)
        client.call("GET", server.url)

    assert len(server.seen) == 2
    assert b"cookie" not in server.seen[1].lower()


def test_a_closed_port_is_a_connect_error() -> None:
    with pytest.raises(httpx.ConnectError):
        fetch("GET", "http://127.0.0.1:9/", policy=OPEN)


def test_a_name_that_does_not_resolve_is_a_connect_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: Any, **_kwargs: Any) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(httpx.ConnectError):
        fetch("GET", "https://nowhere.example/", policy=Policy())
