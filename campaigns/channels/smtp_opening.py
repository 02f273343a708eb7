"""Opens a connection to a mail server, held to the rules of every way out."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer
from typing import Literal, get_args

from core import egress

Security = Literal["none", "starttls", "tls"]
# What opening may raise: smtplib's errors are OSErrors, a name that is none is a ValueError.
UNREACHABLE = (OSError, EOFError, ValueError, egress.EgressRefused)
# Greeting, encryption, capabilities and login are a few waits; all together take no more than these.
WAITS = 4


@dataclass(frozen=True, slots=True)
class SmtpConfig:
    """Where and how to connect; seconds are limits of one wait."""

    host: str
    port: int = 25
    security: Security = "none"
    username: str = ""
    password: str = ""
    hello: str = "localhost"
    connect_seconds: float = 5.0
    read_seconds: float = 60.0

    def __post_init__(self) -> None:
        """Refuse what would be understood in another way than it was meant, such as "TLS"."""
        if self.security not in get_args(Security):
            raise ValueError(f"security is one of {', '.join(get_args(Security))}")
        for name in ("port", "connect_seconds", "read_seconds"):
            number = getattr(self, name)
            if not isinstance(number, int | float) or isinstance(number, bool) or number <= 0:
                raise ValueError(f"{name} is a number above 0")
        for name in ("host", "username", "password", "hello"):
            if not isinstance(getattr(self, name), str):
                raise ValueError(f"{name} is a text")  # noqa: TRY004 - as every refused setting


class _Spoken(smtplib.SMTP):
    """SMTP over a connection that stands already, encrypted from the start where that is asked."""

    def __init__(self, wire: socket.socket, config: SmtpConfig) -> None:
        self._wire, self._is_encrypted = wire, config.security == "tls"
        super().__init__(config.host, config.port, config.hello, timeout=config.connect_seconds)

    def _get_socket(self, host: str, _port: int, _timeout: float) -> socket.socket:
        if self._is_encrypted:
            return ssl.create_default_context().wrap_socket(self._wire, server_hostname=host)
        return self._wire


def opened(config: SmtpConfig) -> smtplib.SMTP:
    """Greeted, encrypted and logged in; raises one of UNREACHABLE."""
    wire = egress.mail_socket(config.host, config.port, seconds=config.connect_seconds)
    with _cut_off_after(config.connect_seconds * WAITS, wire):
        smtp = _Spoken(wire, config)
        try:
            _introduced(smtp, config)
        except BaseException:
            smtp.close()
            raise
    return smtp


@contextmanager
def _cut_off_after(seconds: float, wire: socket.socket) -> Iterator[None]:
    """End the connection under whoever still listens to it: a server may drip for ever."""
    with wire.dup() as end:
        timer = Timer(seconds, _shut, [end])
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


def _introduced(smtp: smtplib.SMTP, config: SmtpConfig) -> None:
    if config.security == "starttls":
        smtp.starttls(context=ssl.create_default_context())
    smtp.ehlo_or_helo_if_needed()
    if config.username:
        smtp.login(config.username, config.password)
