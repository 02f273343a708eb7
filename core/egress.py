"""The only way out, over HTTP and to mail servers: public addresses, capped size and time.

A host is resolved once, every address it resolves to must be public, and the connection goes to
that very address while the name stays in Host and SNI: a name that changes its answer between a
check and a use gains nothing. Loopback is open only by settings.EGRESS_ALLOW_LOOPBACK.
"""

import socket
import time
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Self

import httpcore
import httpx
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

Address = IPv4Address | IPv6Address
SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)

CONNECT_SECONDS = 3.0
READ_SECONDS = 15.0
MAX_BYTES = 1_048_576
# Where mail servers take mail from their clients; the last is what providers offer beside 587.
MAIL_PORTS = frozenset({25, 465, 587, 2525})
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
# What of IPv6 is given out to everybody: the rest are old site-local addresses, IPv4 ones in
# several wrappings (NAT64 too), and what nobody has been given yet.
_GLOBAL = IPv6Network("2000::/3")
# 6to4 and Teredo carry an IPv4 address inside and would walk around the check; the last is for books.
_WRAPPED = [IPv6Network(net) for net in ("2002::/16", "2001::/32", "3fff::/20")]
_deadline: ContextVar[float] = ContextVar("egress_deadline", default=float("inf"))


class EgressRefused(DomainError):
    code = "egress_refused"
    status = 422
    sentence = _("This address may not be called from here.")


class AnswerTooLarge(DomainError):
    code = "egress_answer_too_large"
    status = 502
    sentence = _("The other side answered with too much.")


@dataclass(frozen=True, slots=True)
class Policy:
    """What is open beyond https to public addresses on port 443, and mail to public ones."""

    allow_loopback: bool = False
    # In a network of their own, whoever runs the installation vouches for them: any port will do.
    own_hosts: frozenset[str] = frozenset()

    @classmethod
    def of_settings(cls) -> Self:
        own = frozenset(map(str.lower, settings.EGRESS_OWN_HOSTS))
        return cls(settings.EGRESS_ALLOW_LOOPBACK, own)

    def knows(self, host: str) -> bool:
        """Whether the host is one that may be reached on any port, and without encryption."""
        return host.lower() in self.own_hosts or (self.allow_loopback and host in _LOOPBACK_NAMES)

    def admits(self, address: Address) -> bool:
        """Whether a resolved address may be connected to."""
        if address.is_loopback:
            return self.allow_loopback
        return is_public(address)

    def check(self, url: httpx.URL) -> None:
        """Refuse a scheme, a port or a form of address that is not open; raises EgressRefused."""
        if url.userinfo or not url.host:
            raise EgressRefused(reason="address")
        if self.knows(url.host) and url.scheme in {"http", "https"}:
            return
        if url.scheme != "https":
            raise EgressRefused(reason="scheme")
        if url.port not in {None, 443}:
            raise EgressRefused(reason="port")

    def check_mail(self, host: str, port: int) -> None:
        """Refuse a port that no mail server listens on; raises EgressRefused."""
        if not self.knows(host) and port not in MAIL_PORTS:
            raise EgressRefused(reason="port")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def is_public(address: Address) -> bool:
    """Whether an address is reachable by everybody, also inside an IPv6 wrapping."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address not in _GLOBAL or any(address in net for net in _WRAPPED):
            return False
    return address.is_global and not address.is_multicast


def fetch(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes = b"",
    policy: Policy | None = None,
    seconds: float = CONNECT_SECONDS + READ_SECONDS,
    max_bytes: int = MAX_BYTES,
) -> Answer:
    """One call on a connection of its own; a 3xx is an answer like any other.

    Raises EgressRefused, AnswerTooLarge or an httpx.TransportError.
    """
    with Client(policy=policy, max_bytes=max_bytes) as client:
        return client.call(method, url, headers=headers, content=content, seconds=seconds)


class Client:
    """Kept connections to one provider, under the same rules; safe to share between threads."""

    def __init__(
        self,
        *,
        policy: Policy | None = None,
        max_bytes: int = MAX_BYTES,
        connections: int = 1,
        keepalive_seconds: float = 4.0,
    ) -> None:
        self.policy = policy or Policy.of_settings()
        self.max_bytes = max_bytes
        limits = httpx.Limits(max_connections=connections, keepalive_expiry=keepalive_seconds)
        self._http = httpx.Client(
            transport=_PinnedTransport(self.policy, limits),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            headers={"user-agent": "Rondo", "accept-encoding": "identity"},
        )
        self._http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        seconds: float = CONNECT_SECONDS + READ_SECONDS,
    ) -> Answer:
        """One call that ends within `seconds`, however slowly the other side drips."""
        target = _parsed(url)
        self.policy.check(target)
        token = _deadline.set(time.monotonic() + seconds)
        try:
            with self._http.stream(method, target, headers=headers, content=content) as response:
                body = self._capped(response.iter_raw())
                return Answer(response.status_code, dict(response.headers), body)
        finally:
            _deadline.reset(token)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _capped(self, chunks: Iterable[bytes]) -> bytes:
        body = bytearray()
        for chunk in chunks:
            body += chunk
            if len(body) > self.max_bytes:
                raise AnswerTooLarge
        return bytes(body)


def mail_socket(
    host: str, port: int, *, seconds: float, policy: Policy | None = None
) -> socket.socket:
    """A connection to a mail server, under the same rules; the caller keeps the name for TLS.

    Raises EgressRefused, or the OSError or UnicodeError of a server that is not there.
    """
    rules = policy or Policy.of_settings()
    rules.check_mail(host, port)
    failure = OSError("no address")
    for address in _resolved(host, port, rules):
        try:
            return socket.create_connection((address, port), seconds)
        except OSError as error:
            failure = error
    raise failure


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise EgressRefused(reason="address") from error


def _resolved(host: str, port: int, policy: Policy) -> list[str]:
    """Every address of the host, all of them admitted; raises EgressRefused, or what resolving does."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    admitted = (policy.admits(ip_address(address.partition("%")[0])) for address in addresses)
    if host.lower() not in policy.own_hosts and not all(admitted):
        raise EgressRefused(reason="private_address")
    return addresses


class _PinnedTransport(httpx.HTTPTransport):
    """httpx's transport over a pool that connects where `_PinnedBackend` says."""

    def __init__(self, policy: Policy, limits: httpx.Limits) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=limits.max_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=_PinnedBackend(policy),
        )


class _PinnedBackend(httpcore.NetworkBackend):
    """Connects to the checked addresses of a host and to nothing else."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError("no address")
        for address in self._addresses(host, port):
            try:
                stream = self._sockets.connect_tcp(
                    address, port, _within(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _DeadlineStream(stream)
        raise failure

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            return _resolved(host, port, self._policy)
        except (socket.gaierror, UnicodeError) as error:
            raise httpcore.ConnectError(f"cannot resolve: {error}") from error


class _DeadlineStream(httpcore.NetworkStream):
    """A connection whose every wait ends at the deadline of the call that waits."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        return _DeadlineStream(self._stream.start_tls(*args, **kwargs))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _within(timeout: float | None) -> float:
    """The shorter of a timeout and what is left of the call; at least a moment, to fail cleanly."""
    left = _deadline.get() - time.monotonic()
    return max(0.001, min(READ_SECONDS if timeout is None else timeout, left))
