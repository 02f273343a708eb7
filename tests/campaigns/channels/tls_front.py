"""What encrypts on behalf of a server that speaks plainly: bytes in, the same bytes out."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import trustme

HOST = "localhost"


@contextlib.contextmanager
def standing_before(port: int, home: Path) -> Iterator[tuple[int, Path]]:
    """Listen with TLS before a port of this machine; yields its own port and who vouches for it."""
    authority = trustme.CA()
    terms = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(terms)
    voucher = home / "authority.pem"
    authority.cert_pem.write_to_path(voucher)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, terms, port), daemon=True).start()
        yield listener.getsockname()[1], voucher
        listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, terms: ssl.SSLContext, port: int) -> None:
    with contextlib.suppress(OSError):
        while True:
            threading.Thread(
                target=_one, args=(listener.accept()[0], terms, port), daemon=True
            ).start()


def _one(plain: socket.socket, terms: ssl.SSLContext, port: int) -> None:
    with (
        contextlib.suppress(OSError),
        terms.wrap_socket(plain, server_side=True) as outside,
        socket.create_connection(("127.0.0.1", port)) as inside,
    ):
        back = threading.Thread(target=_pump, args=(inside, outside), daemon=True)
        back.start()
        _pump(outside, inside)
        back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while octets := source.recv(65_536):
            sink.sendall(octets)
        sink.shutdown(socket.SHUT_WR)
