"""The port to serve on."""

import errno
import socket
import subprocess
import sys

import pytest

from config.standalone import ports
from config.standalone.errors import SetUpError
from config.standalone.home import CHECKOUT


def test_a_free_port_is_taken_as_wanted() -> None:
    with ports.open_listener(0) as probe:
        wanted = probe.getsockname()[1]

    with ports.open_listener(wanted) as listener:
        assert listener.getsockname()[1] == wanted


def test_a_taken_port_gives_way_to_a_later_one() -> None:
    with ports.open_listener(0) as first:
        wanted = first.getsockname()[1]
        with ports.open_listener(wanted) as second:
            assert second.getsockname()[1] != wanted


def test_a_visitor_before_the_web_server_waits_instead_of_being_refused() -> None:
    with ports.open_listener(0) as listener, socket.socket() as visitor:
        visitor.connect(listener.getsockname())

        assert visitor.getpeername() == listener.getsockname()


def test_who_has_a_port_is_not_confused_with_who_may_not_have_it() -> None:
    with ports.open_listener(0) as first:
        taken = first.getsockname()[1]

        assert ports.refusal(taken) == f"Port {taken} is taken"

    said = ports.reason(PermissionError(errno.EACCES, "Permission denied"))

    assert said == "may not be opened by this user"


def test_an_address_that_is_not_ours_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "ADDRESS", "192.0.2.1")

    with pytest.raises(SetUpError, match=r"^No port can be opened on 192\.0\.2\.1: .*\.$"):
        ports.open_listener(8000)


def test_a_port_below_those_of_plain_users_is_said_to_be_so() -> None:
    """Asked by a process that has no rights to it, whoever runs the tests."""
    ask = "import sys, os; from config.standalone import ports; os.geteuid() or os.setuid(65534);"

    said = subprocess.run(
        [sys.executable, "-c", f"{ask} print(ports.refusal(1))"],
        cwd=CHECKOUT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip

    assert said in {"Port 1 may not be opened by this user\n", "Port 1 was taken\n"}
