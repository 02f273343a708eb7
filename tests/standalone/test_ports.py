"""The port to serve on."""

import socket

from config.standalone import ports


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
