"""Finds the port to serve on, and holds it from the first moment."""

import socket

ADDRESS = "127.0.0.1"
TRIES = 100


def open_listener(wanted: int) -> socket.socket:
    """A listening socket on `wanted`, or on the next free port after it.

    The socket is handed to the web server as it is: between looking and listening nobody else
    can take the port, and a visitor who comes early waits instead of being refused.
    """
    for port in range(wanted, min(wanted + TRIES, 65_536)):
        listener = _try(port)
        if listener is not None:
            return listener
    listener = _try(0)
    if listener is None:
        raise OSError(f"No port can be opened on {ADDRESS}.")
    return listener


def is_free(port: int) -> bool:
    """Whether somebody could listen on `port` at this moment."""
    listener = _try(port)
    if listener is None:
        return False
    listener.close()
    return True


def _try(port: int) -> socket.socket | None:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((ADDRESS, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        return None
    return listener
