"""What people choose about analytics."""

from datetime import datetime

from django.db import transaction

from analytics.errors import ThresholdInvalid
from analytics.rules import thresholds
from analytics.services import nightly
from core.models import Job, Workspace
from core.scoping import Scope
from core.services import audit


@transaction.atomic
def choose_threshold(*, scope: Scope, words: str, at: datetime) -> Job:
    """Follow another threshold from the next run on, and ask for that run."""
    try:
        chosen = thresholds.parse(words)
    except thresholds.ThresholdUnknown as error:
        raise ThresholdInvalid from error
    workspace = Workspace.objects.select_for_update().get(pk=scope.workspace_id)
    before = workspace.lifecycle_threshold
    Workspace.objects.filter(pk=workspace.pk).update(lifecycle_threshold=chosen)
    if chosen != before:
        audit.write(
            scope=scope, action="choose_threshold", target=workspace,
            before={"lifecycle_threshold": before}, after={"lifecycle_threshold": chosen},
        )  # fmt: skip
    return nightly.ask_now(scope=scope, at=at)
