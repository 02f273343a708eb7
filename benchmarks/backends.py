"""Watches how much memory the database's backends hold while we work."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

from analytics.selectors.reading import one


@contextlib.contextmanager
def watched() -> Iterator[list[int]]:
    """The most memory, beyond shared buffers, that our backend and its workers held at once."""
    leader = int(one("SELECT pg_backend_pid()")[0])
    postmaster = _parent(leader)
    before, peak, over = _private(leader), [0], threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            workers = [p for p in _children(postmaster) if p != leader and _is_worker(p)]
            held = _private(leader) - before + sum(_private(worker) for worker in workers)
            peak[0] = max(peak[0], held)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    yield peak
    over.set()
    watcher.join()


def _private(process: int) -> int:
    """Anonymous memory of a process in bytes; 0 when it is gone."""
    return _status(process, "RssAnon") * 1024


def _parent(process: int) -> int:
    return _status(process, "PPid")


def _status(process: int, name: str) -> int:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    found = [line.split()[1] for line in lines if line.startswith(f"{name}:")]
    return int(found[0]) if found else 0


def _children(process: int) -> list[int]:
    try:
        listed = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in listed.split()]


def _is_worker(process: int) -> bool:
    try:
        return b"parallel worker" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False
