"""What a running job says of itself, and the heart that beats while its worker lives.

A report made outside a transaction is written at once. One made inside the job's own transaction
would be seen by nobody until its end, so the heart writes it, over a connection of its own; the
heart also renews the lease of a job that has long nothing to report, and interrupts the statement
of one whose worker was asked to stop.
"""

import contextlib
import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import psycopg2
from django.db import DatabaseError, connection
from django.db.models.functions import Now

from core.models import Job

logger = logging.getLogger(__name__)
# The jobs of a killed worker wait so long. Six renewals fall into it, so a machine that is slow or
# a database that is away for a while costs a living worker nothing.
LEASE = timedelta(minutes=1)
BEAT_SECONDS = 1.0
BEATS_BETWEEN_RENEWALS = 10


class Cancelled(Exception):
    """Raised inside a job at its next report after somebody asked to cancel it."""


class Left(Exception):
    """Raised inside a job after its worker was asked to stop: at its next report, or out of the
    statement that it waits for.
    """


class Worker:
    """What the process we run in says of itself."""

    is_leaving: Callable[[], bool] = staticmethod(lambda: False)


class Progress:
    """What a running job calls: it writes progress, renews the lease and notices a cancel."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.must_stop = False
        self._unwritten: dict[str, Any] = {}
        self._depth = _transaction_depth()

    def __call__(self, done: int, total: int | None = None, phase: str | None = None) -> None:
        changes: dict[str, Any] = {"done": done}
        changes |= {"total": total} if total is not None else {}
        changes |= {"phase": phase[:120]} if phase is not None else {}
        if Worker.is_leaving():
            raise Left
        if self.must_stop:
            raise Cancelled
        if _transaction_depth() > self._depth:
            self._unwritten |= changes
        elif not self.write(changes):
            raise Cancelled

    def take_unwritten(self) -> dict[str, Any]:
        """What has been said since the last beat."""
        taken, self._unwritten = self._unwritten, {}
        return taken

    def write(self, changes: dict[str, Any]) -> int:
        """Write and renew the lease; 0 when somebody cancelled or another worker has the job."""
        mine = Job.unscoped.filter(pk=self.job.pk, lease_token=self.job.lease_token)
        return mine.filter(cancel_requested_at=None).update(**changes, lease_until=Now() + LEASE)


class Heart:
    """Beats once a second beside a running job: `with Heart(progress): …`."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._was_interrupted = False
        connection.ensure_connection()
        self._session: Any = connection.connection
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="job-heart", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._thread.join()
        if self._was_interrupted and isinstance(error, DatabaseError | psycopg2.Error):
            raise Left from error

    def _beat(self) -> None:
        beats = 0
        while not self._stopping.wait(BEAT_SECONDS):
            beats += 1
            if Worker.is_leaving():
                self._interrupt()
            changes = self._progress.take_unwritten()
            if changes or beats % BEATS_BETWEEN_RENEWALS == 0:
                self._renew(changes)
        connection.close()

    def _interrupt(self) -> None:
        """What the statement has done so far is undone, as a kill would, only sooner."""
        self._was_interrupted = True
        # A session that is closed has no statement.
        with contextlib.suppress(psycopg2.InterfaceError):
            self._session.cancel()

    def _renew(self, changes: dict[str, Any]) -> None:
        """Only a job that somebody cancelled or took over stops; a database away does not."""
        try:
            self._progress.must_stop = not self._progress.write(changes)
        except DatabaseError as error:
            logger.warning("job %s could not report: %s", self._progress.job.pk, error)
            connection.close()


def _transaction_depth() -> int:
    """How many transactions and savepoints this thread is in."""
    return int(connection.in_atomic_block) + len(connection.savepoint_ids)
