"""Asking for work on a file: the job's row now, the work by a worker."""

from datetime import datetime

from django.db import transaction

from core.models import Job
from core.scoping import Scope
from core.services import audit, jobs
from crm.errors import ImportIsOver
from crm.models import Import
from crm.services.importing import telling
from crm.services.importing.registering import ensure_mapped

CHECK, LOAD = "crm.import_check", "crm.import_load"


def ask(*, scope: Scope, of_import: Import, kind: str) -> Job:
    """One job at a time: while one is open it is returned. Raises ImportIsOver."""
    with transaction.atomic():
        found = Import.objects.within(scope).select_for_update().get(pk=of_import.pk)
        if found.state not in {Import.State.UPLOADED, Import.State.CHECKED}:
            raise ImportIsOver
        ensure_mapped(found)
        open_job = Job.objects.within(scope).filter(pk=found.job_id or 0).first()
        if open_job and not open_job.is_over:
            asked: Job = open_job
            return asked
        job = jobs.ask(
            tenant=scope, kind=kind, title=found.file_name, params={"import_id": found.pk}
        )
        Import.objects.within(scope).filter(pk=found.pk).update(job=job)
        if kind == LOAD:
            audit.write(scope=scope, action="loaded", target=found, after={"rows": found.rows})
    return job


@transaction.atomic
def cancel(*, of_import: Import, at: datetime) -> None:
    """Leave an import that somebody stopped; what it had written stays, and is told of."""
    unfinished = (
        Import.objects.within(of_import.workspace_id)
        .filter(pk=of_import.pk)
        .exclude(state=Import.State.LOADED)
    )
    if unfinished.update(state=Import.State.CANCELLED):
        telling.tell_of_parts(of_import=of_import, at=at)
