"""A supervisor under test, in a process of its own, and what is left of it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config.standalone.home import CHECKOUT, Home

PATIENCE = 90.0


class Run:
    """A supervisor in a process of its own, over one home."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.output = home, home / "output.txt"
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "MAKELEVEL"}
        } | {"RONDO_HOME": str(home), "PORT": str(port), "RONDO_DEMO": "0"}
        self.environment.pop("RONDO_ALLOW_EPHEMERAL_KEY", None)
        with self.output.open("ab") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.standalone", "up"],
                cwd=CHECKOUT,
                env=self.environment,
                stdout=stream,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> dict[str, str]:
        """The published addresses, once everything serves."""
        home = Home(self.home)
        mine = {"pid": str(self.process.pid), "state": "ready"}
        wait_for(lambda: mine.items() <= home.read_published().items(), self.said)
        return dict(home.read_published())

    def end(self) -> None:
        self.process.kill()
        self.process.wait()

    def said(self) -> str:
        return self.output.read_text()

    def manage(self, *words: str) -> str:
        """The standard output of a management command over the same home."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=CHECKOUT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout


def wait_for(condition: Callable[[], object], story: Callable[[], str] = str) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain; {story()}"
        time.sleep(0.1)
    return True


def processes_of(home: Path) -> list[str]:
    """Every process that works for this home, by its environment, command line or folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            traces = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            place = str((entry / "cwd").readlink())
        except OSError:
            continue
        if entry.name != str(os.getpid()) and (
            f"RONDO_HOME={home}\0".encode() in traces or str(home) in place
        ):
            found.append(f"{entry.name} {traces[-120:]!r}")
    return found


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
