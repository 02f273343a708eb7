"""What workers do: check and load files (jobs that may run twice), and the upkeep of nights."""

from typing import Any

from celery import shared_task

from core import clock
from core.models import Job
from core.services.jobs import Cancelled, Progress
from crm.models import Import
from crm.services import importing, index_upkeep


@shared_task(name="crm.tasks.pack_orders")
def pack_orders() -> None:
    """Keep the index that every night streams as small as it can be."""
    index_upkeep.pack_when_loose()


@shared_task(name="crm.tasks.let_files_go")
def let_files_go() -> None:
    """Remove what was uploaded and is no longer to be kept."""
    importing.let_go(at=clock.now())


def check_file(job: Job, progress: Progress) -> dict[str, Any]:
    """Dry run of an import."""
    found = _import_of(job)
    importing.check(of_import=found, at=clock.now(), progress=progress)
    return {"import_id": found.pk, "rows": found.rows, "rejected": found.rejected}


def load_file(job: Job, progress: Progress) -> dict[str, Any]:
    """Load an import; cancelled between batches, what was written stays."""
    found = _import_of(job)
    try:
        importing.load(of_import=found, at=clock.now(), progress=progress)
    except Cancelled:
        importing.cancel(of_import=found, at=clock.now())
        raise
    return {"import_id": found.pk, "rows": found.rows, "rejected": found.rejected}


def _import_of(job: Job) -> Import:
    found: Import = (
        Import.objects.within(job.workspace_id)
        .select_related("workspace")
        .get(pk=job.params["import_id"])
    )
    return found
