"""Checking and loading an import: stage, resolve, and, when loading, write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction

from core.errors import Conflict
from crm.errors import FileChanged, ImportIsOver, ImportRefused
from crm.models import Import, ImportRejection
from crm.services.importing import (
    files,
    order_writes,
    people,
    purchases,
    readers,
    staging,
    telling,
)
from crm.services.importing.registering import ensure_mapped, fail

Progress = Callable[[int, int | None, str | None], None]
OPEN = (Import.State.UPLOADED, Import.State.CHECKED)
TABLES = (*purchases.TABLES, *people.TABLES)


def check(*, of_import: Import, at: datetime, progress: Progress | None = None) -> Import:
    """A dry run: counts every outcome and lists every rejection, writes nothing else.

    Raises ImportRefused when the file as a whole cannot be taken; the row is failed then.
    """
    _ensure_open(of_import)
    with _guarded(of_import, at), _stage():
        _prepare(of_import, at, progress or _silent)
        with transaction.atomic():
            _count(of_import, _kind(of_import).counts())
            _keep_rejections(of_import)
            of_import.state = Import.State.CHECKED
            of_import.save()
    return of_import


def load(*, of_import: Import, at: datetime, progress: Progress | None = None) -> Import:
    """Write the file; afterwards every row is created, updated, unchanged or rejected.

    It goes by batches, each a transaction with its counts, so that a killed load goes on where
    it was. Within an outer transaction the batches are savepoints of it. Loading what is loaded
    changes nothing. Records `crm.orders_imported` {"import_id"} (`crm.customers_changed` for a
    file of customers) with the last batch, or when it ends early with some batches written.
    """
    if of_import.state == Import.State.LOADED:
        return of_import
    _ensure_open(of_import)
    report = progress or _silent
    with _guarded(of_import, at), _stage():
        _prepare(of_import, at, report)
        _kind(of_import).write(of_import=of_import, at=at, report=report)
        with transaction.atomic():
            _kind(of_import).finish(of_import=of_import, at=at)
            _close(of_import, at)
    return of_import


def _kind(of_import: Import) -> Any:
    return people if of_import.kind == Import.Kind.CUSTOMERS else purchases


def _ensure_open(of_import: Import) -> None:
    if of_import.state not in OPEN:
        raise ImportIsOver
    ensure_mapped(of_import)


@contextmanager
def _guarded(of_import: Import, at: datetime) -> Iterator[None]:
    """Write on the row why the file cannot be taken; a race with another writer is a Conflict."""
    try:
        yield
    except ImportRefused as refusal:
        with transaction.atomic():
            fail(of_import=of_import, code=refusal.code)
            telling.tell_of_parts(of_import=of_import, at=at)
        raise
    except IntegrityError as error:
        raise Conflict from error


@contextmanager
def _stage() -> Iterator[None]:
    """Temporary tables and memory of this session, given back at the end."""
    staging.clear(TABLES)
    staging.run("SET work_mem = '128MB'")
    try:
        yield
    finally:
        # In a broken outer transaction both go with its rollback.
        with suppress(DatabaseError):
            staging.clear(TABLES)
            staging.run("RESET work_mem")


def _prepare(of_import: Import, at: datetime, report: Progress) -> None:
    """Read the file into the stage and compare it with the base."""
    path = Path(of_import.path)
    if not path.exists() or files.measure(path=path) != (of_import.sha256, of_import.size):
        raise FileChanged
    sheet = readers.open_sheet(path, of_import.options)
    of_import.rows = _kind(of_import).stage(
        of_import, sheet, at, lambda rows: report(rows, sheet.rows, "read")
    )
    report(of_import.rows, of_import.rows, "compare")
    _kind(of_import).resolve(of_import, at)


def _count(of_import: Import, counts: tuple[int, int, int, int]) -> None:
    of_import.created, of_import.updated, of_import.unchanged, of_import.rejected = counts


def _keep_rejections(of_import: Import) -> None:
    ImportRejection.objects.within(of_import.workspace_id).filter(of_import=of_import).delete()
    staging.run(
        order_writes.REJECTIONS, {"workspace": of_import.workspace_id, "import": of_import.pk}
    )


def _close(of_import: Import, at: datetime) -> None:
    _keep_rejections(of_import)
    of_import.state, of_import.loaded_at = Import.State.LOADED, at
    of_import.save()
    telling.tell(of_import=of_import, at=at)


def _silent(done: int, total: int | None = None, phase: str | None = None) -> None:
    """Nobody watches."""
