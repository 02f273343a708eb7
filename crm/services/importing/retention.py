"""How long what people uploaded is kept: files, values refused and examples hold personal data."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Greatest

from crm.models import Import, ImportRejection
from crm.services.importing import files, telling

OPEN = (Import.State.UPLOADED, Import.State.CHECKED)


def let_go(*, at: datetime) -> int:
    """Of imports long over remove the file, the values refused and the examples; says of how many.

    Counts, lines and codes stay. A file nobody went on with is cancelled; one that no import names,
    because its upload was cut off, goes too. Beginning again after a cut ends the same.
    """
    before = at - timedelta(days=settings.KEEP_IMPORTS_DAYS)
    gone = sum(_let_go(pk, at) for pk in list(_over_before(before).values_list("pk", flat=True)))
    _remove_nameless(before)
    return gone


def _remove_nameless(before: datetime) -> None:
    # By name, not by path: the folder may have been called otherwise when the row was written.
    paths = Import.unscoped.exclude(path="").values_list("path", flat=True)
    named = {Path(path).name for path in paths}
    for path in files.kept_before(before):
        if path.name not in named:
            files.remove(path=path)


def _over_before(moment: datetime) -> "QuerySet[Import]":
    """Imports of all workspaces that still keep something, whose last step was before a moment."""
    over = Greatest("created_at", "loaded_at", "job__finished_at")
    rows: QuerySet[Import] = (
        Import.unscoped.exclude(path="")
        .exclude(job__state__in=["queued", "running"])
        .annotate(over=over)
        .filter(over__lt=moment)
        .order_by("pk")
    )
    return rows


@transaction.atomic
def _let_go(pk: int, at: datetime) -> int:
    found = Import.unscoped.select_for_update(skip_locked=True).filter(pk=pk).first()
    if found is None or not found.path:
        return 0
    # The file goes first: cut off between the two, the row still says what to remove.
    files.remove(path=Path(found.path))
    ImportRejection.unscoped.filter(of_import=found).exclude(value="").update(value="")
    found.path = ""
    found.columns = [{**column, "examples": []} for column in found.columns]
    if found.state in OPEN:
        found.state = Import.State.CANCELLED
        telling.tell_of_parts(of_import=found, at=at)
    found.save(update_fields=["path", "columns", "state"])
    return 1
