"""Finds a folder for each thing the servers keep, without touching any existing permission."""

import os
import shutil
import tempfile
from pathlib import Path

from config.standalone.account import Account

SHARED = Path("/var/lib/rondo")
SOCKETS_PREFIX = "rondo-sockets-"
SOCKET_ROOM = 74  # a unix socket's address holds 107 characters, its file name included


def private_folder(path: Path, account: Account | None) -> Path:
    """Create `path` for the servers' account alone; an existing folder is left as it is."""
    try:
        path.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        return path
    hand_over(path, account)
    return path


def hand_over(path: Path, account: Account | None) -> None:
    """Give a folder that we have just created to the servers' account."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def data_folder(home: Path, name: str, account: Account | None) -> Path:
    """Where a server keeps its rows: `home/name`, or a folder it points to.

    When the account may not enter `home` (a checkout under /root, say) the data lie in
    /var/lib/rondo and `home/name` is a link to them; opening `home` would expose it.
    """
    path = home / name
    if path.is_symlink() or path.exists() or account is None or account.can_enter(home):
        return private_folder(path.resolve(), account)
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    target = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=SHARED))
    hand_over(target, account)
    path.symlink_to(target)
    return target


def socket_folder(account: Account | None) -> Path:
    """A new short folder that only the servers' account (and root) may enter."""
    folder = Path(tempfile.mkdtemp(prefix=SOCKETS_PREFIX, dir=_short_parent(account)))
    hand_over(folder, account)
    return folder


def passing_home() -> Path:
    """A new home that is ours and gone soon; the servers' account may pass through it."""
    folder = Path(tempfile.mkdtemp(prefix="rondo-home-", dir=_short_parent(None)))
    folder.chmod(0o711)
    return folder


def _short_parent(account: Account | None) -> Path:
    parent = Path(tempfile.gettempdir()).resolve()
    if len(str(parent)) <= SOCKET_ROOM and (account is None or account.can_enter(parent)):
        return parent
    return Path("/tmp")  # noqa: S108 - only ever the parent of a folder made by mkdtemp


def readable_copy(sources: list[Path], account: Account | None, probe: Path, label: str) -> Path:
    """The folder holding `sources`, or a copy of them that the account may read.

    `probe` is a folder the account must be able to enter for the original to do.
    All sources have one parent, and the copy keeps their names: the binaries look for
    their libraries beside themselves.
    """
    if account is None or account.can_enter(probe):
        return sources[0].parent
    copy = SHARED / label
    if not copy.exists():
        SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f"{label}-", dir=SHARED))
        for source in sources:
            shutil.copytree(source, fresh / source.name, symlinks=True)
        fresh.chmod(0o755)
        _publish(fresh, copy)
    return copy


def _publish(fresh: Path, copy: Path) -> None:
    try:
        fresh.rename(copy)
    except OSError:  # another start was faster; its copy is as good
        shutil.rmtree(fresh)
