"""Starts child processes that cannot outlive us, and stops them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from config.standalone.account import Account

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(number: signal.Signals, parent: int | None = None) -> None:
    """Ask the kernel to send us `number` when our parent dies (Linux; elsewhere nothing).

    Must run after the user has changed: a change of user clears the request.
    """
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), number)


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path | IO[bytes],
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
    folder: Path | None = None,
    keep_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C in the terminal reaches only us."""
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(log.open("ab")) if isinstance(log, Path) else log
        return subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if environment is None else dict(environment),
            cwd=folder,
            pass_fds=keep_fds,
            start_new_session=True,
            preexec_fn=_fate(death_signal, os.getpid()),  # noqa: PLW1509 - no threads here
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def _fate(number: signal.Signals, parent: int) -> Callable[[], None]:
    def accept() -> None:
        die_with_parent(number, parent)

    return accept


def stop(process: subprocess.Popen[bytes], number: signal.Signals, patience: float) -> None:
    """Ask a child to stop, and make sure that it does."""
    if process.poll() is None:
        process.send_signal(number)
        finish(process, patience)


def finish(process: subprocess.Popen[bytes], patience: float) -> None:
    """Wait for a child to end; after `patience` seconds, kill it with all that it started."""
    try:
        process.wait(max(patience, 0.1))
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def last_lines(log: Path, count: int = 20) -> str:
    """The end of a log, for the person who has to find out why a child died."""
    if not log.exists():
        return ""
    with log.open("rb") as stream:
        stream.seek(0, os.SEEK_END)
        stream.seek(max(0, stream.tell() - 16_384))
        text = stream.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-count:])
