"""Finds the port to serve on, and holds it from the first moment."""

import contextlib
import errno
import socket

from config.standalone.errors import SetUpError

ADDRESS = "127.0.0.1"
TRIES = 100
REASONS = {
    errno.EADDRINUSE: "is taken",
    errno.EACCES: "may not be opened by this user",
    errno.EPERM: "may not be opened by this user",
}


def open_listener(wanted: int) -> socket.socket:
    """A listening socket on `wanted`, or on the next port after it that can be had.

    The socket is handed to the web server as it is: between looking and listening nobody else
    can take the port, and a visitor who comes early waits instead of being refused.
    """
    for port in range(wanted, min(wanted + TRIES, 65_536)):
        with contextlib.suppress(OSError):
            return _listen(port)
    try:
        return _listen(0)
    except OSError as error:
        raise SetUpError(f"No port can be opened on {ADDRESS}: {error.strerror}.") from error


def refusal(port: int) -> str:
    """Why `port` was not to be had, as a sentence without its end."""
    try:
        _listen(port).close()
    except OSError as error:
        return f"Port {port} {reason(error)}"
    # Who had it has gone since.
    return f"Port {port} was taken"


def reason(error: OSError) -> str:
    """What keeps a port from us: somebody else, our rights, or what the machine says."""
    said = error.strerror or type(error).__name__
    return REASONS.get(error.errno or 0, f"cannot be opened on {ADDRESS} ({said})")


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((ADDRESS, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener
