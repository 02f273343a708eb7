"""Chooses the unprivileged account that the embedded servers run as when we are root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAME = "rondo"


@dataclass(frozen=True)
class Account:
    """A user that is not root; PostgreSQL refuses to run as root."""

    name: str
    uid: int
    gid: int

    def can_enter(self, path: Path) -> bool:
        """Whether this user may pass every folder on the way to `path`, and into it."""
        probe = ["test", "-x", str(path)]
        done = subprocess.run(
            probe, user=self.uid, group=self.gid, extra_groups=[], check=False, cwd="/"
        )
        return done.returncode == 0


def for_servers() -> Account | None:
    """The account to drop to, or None when we are already an ordinary user."""
    if os.geteuid() != 0:
        return None
    return _existing(NAME) or _created(NAME) or _existing("nobody")


def _existing(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)


def _created(name: str) -> Account | None:
    tool = shutil.which("useradd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if tool is None:
        return None
    command = [tool, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    # A failure is not final: another start may have created the same user a moment ago.
    subprocess.run(
        [*command, "--shell", "/usr/sbin/nologin", name], check=False, stderr=subprocess.DEVNULL
    )
    return _existing(name)
