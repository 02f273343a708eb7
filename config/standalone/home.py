"""RONDO_HOME: what is kept there, who holds it, and which servers it publishes."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from config.standalone.errors import SetUpError
from config.standalone.pair import Addresses
from config.standalone.places import SOCKETS_PREFIX

CHECKOUT = Path(__file__).resolve().parent.parent.parent


class Home:
    """The folder of one installation: data, logs, the secret key, the addresses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self.sinks = folder / "sinks"
        self.demo = folder / "demo.json"
        self.published = folder / "run" / "servers.json"
        self._lock = folder / "run" / "lock"
        self._secret = folder / "secret_key"

    @classmethod
    def from_environment(cls) -> "Home":
        """RONDO_HOME, or `.rondo` in the checkout."""
        given = os.environ.get("RONDO_HOME")
        return cls(Path(given).absolute() if given else CHECKOUT / ".rondo")

    @property
    def has_cluster(self) -> bool:
        """Whether PostgreSQL's data are here already."""
        return (self.folder / "postgres" / "cluster").exists()

    def create(self) -> None:
        """Make the folders that are missing; those that exist keep their permissions."""
        # The servers' account passes through the home folder; what is private is so by itself.
        private = (self.logs, self.sinks, self.published.parent)
        try:
            self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
            for folder in private:
                folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise SetUpError(
                f"RONDO_HOME cannot be {self.folder}: {error.strerror}. Name a folder of yours."
            ) from error

    def secret_key(self, *, create: bool = False) -> str:
        """The installation's secret key; empty when there is none and none is to be made."""
        if create and not self._secret.exists():
            write_private(self._secret, secrets.token_urlsafe(50) + "\n")
        return self._secret.read_text().strip() if self._secret.exists() else ""

    @contextlib.contextmanager
    def held(self, patience: float) -> Iterator[None]:
        """Be the only one who runs servers on this home; refuse after `patience` seconds."""
        deadline = time.monotonic() + patience
        with self._lock.open("a") as handle:
            while not _locked(handle.fileno()):
                if time.monotonic() > deadline:
                    address = self.read_published().get("url") or "another command"
                    raise SetUpError(f"{self.folder} is in use by {address}; stop that first.")
                time.sleep(0.2)
            yield

    def publish(self, addresses: Addresses, *, sockets: Path | None, **more: str) -> None:
        """Tell other commands where the running servers are, and which folder is this run's."""
        words = addresses.environment() | {"pid": str(os.getpid()), "sockets": str(sockets)} | more
        write_private(self.published, json.dumps(words, indent=2) + "\n")

    def read_published(self) -> Mapping[str, str]:
        """What was published last; nobody says that those servers are still alive."""
        try:
            words: dict[str, str] = json.loads(self.published.read_text())
        except (OSError, ValueError):
            return {}
        return words

    def forget_published(self) -> None:
        """Clear what a killed run has left: its addresses, and the folder it made for sockets.

        Never the folder of servers that it was given: they are another's.
        """
        folder = Path(self.read_published().get("sockets", ""))
        if folder.name.startswith(SOCKETS_PREFIX):
            shutil.rmtree(folder, ignore_errors=True)
        self.published.unlink(missing_ok=True)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step; only its owner may read it, at no moment anybody else."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    fresh.replace(path)
