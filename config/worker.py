"""Gives each worker process polls of its own, so that a dead broker is latency, not loss."""

import logging
import os
import signal
import threading
from ctypes import c_bool
from multiprocessing.sharedctypes import RawValue
from pathlib import Path
from typing import ClassVar

from celery.signals import worker_process_init, worker_process_shutdown, worker_shutting_down

from config.standalone.processes import die_with_parent
from config.standing import settle_in
from core.polling import LANES, Lane, poll_once

POLL_SECONDS = 5.0
LEAVE_SECONDS = 10.0
logger = logging.getLogger(__name__)


class Poller:
    """One daemon thread that looks for due rows of one lane every few seconds."""

    def __init__(self, lane: Lane, seconds: float = POLL_SECONDS) -> None:
        self._lane = lane
        self._seconds = seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"poll-{lane}", daemon=True)

    def start(self) -> None:
        """Begin; the first look is one interval from now."""
        self._thread.start()

    def stop(self) -> None:
        """Let the current look finish; rows that are cut off are taken up again by lease."""
        self._stopping.set()
        self._thread.join(LEAVE_SECONDS)

    def _run(self) -> None:
        while not self._stopping.wait(self._seconds):
            _show_life()
            try:
                poll_once(self._lane)
            except Exception:  # the thread must outlive a database that is away for a while
                logger.exception("polling failed; it will be tried again")


def _show_life() -> None:
    """Touch the file that a health check looks at: a worker lives while it polls."""
    path = os.environ.get("RONDO_HEARTBEAT")
    if path:
        Path(path).touch()


# The parent hears the request to stop; its children, in the midst of work, read it here. A byte
# without a lock: a child that is killed while it looks must not keep the parent from writing.
_is_leaving = RawValue(c_bool, 0)


class _Child:
    """What one prefork child keeps: its pollers, one a lane."""

    pollers: ClassVar[list[Poller]] = []


def attach() -> None:
    """Connect to Celery's worker signals; calling it twice connects once."""
    worker_shutting_down.connect(_tell_children, dispatch_uid="rondo.leave")
    worker_process_init.connect(_begin, dispatch_uid="rondo.poll.begin")
    worker_process_shutdown.connect(_end, dispatch_uid="rondo.poll.end")


def _tell_children(**_: object) -> None:
    _is_leaving.value = True


def _begin(**_: object) -> None:
    # Celery's children survive a killed parent and would go on as a worker nobody stops.
    die_with_parent(signal.SIGKILL)
    settle_in()
    _leave_jobs_when_asked()
    _Child.pollers = [Poller(lane) for lane in LANES]
    for poller in _Child.pollers:
        poller.start()


def _leave_jobs_when_asked() -> None:
    from core.services.job_progress import Worker

    Worker.is_leaving = staticmethod(lambda: bool(_is_leaving.value))


def _end(**_: object) -> None:
    for poller in _Child.pollers:
        poller.stop()
