"""Writes down who took the people of a run away as a file."""

from datetime import datetime

from django.db import transaction

from campaigns.models import Run
from core.models import AuditEntry
from core.scoping import Scope
from core.services import audit


@transaction.atomic
def record(*, scope: Scope, run: Run, at: datetime) -> AuditEntry:
    """An entry beside the file: whose people, how many, when."""
    taken = {"people": run.audience_size, "at": at.isoformat()}
    return audit.write(scope=scope, action="exported", target=run, after=taken)
