"""What became of a file: the rows refused, counted by reason."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from core.scoping import Scope
from crm.models import Import, ImportRejection


@dataclass(frozen=True)
class Reason:
    code: str
    count: int


def reasons(*, scope: Scope, of_import: Import) -> list[Reason]:
    """Codes of refused rows, the most frequent first."""
    rows = ImportRejection.objects.within(scope).filter(of_import=of_import)
    counted = rows.values("code").annotate(count=Count("id")).order_by("-count", "code")
    return [Reason(row["code"], row["count"]) for row in counted]


def rejections(*, scope: Scope, of_import: Import, code: str = "") -> "QuerySet[ImportRejection]":
    """Refused rows of a file in its order, of one code or of all."""
    rows: QuerySet[ImportRejection] = ImportRejection.objects.within(scope).filter(
        of_import=of_import
    )
    return rows.filter(code=code) if code else rows


def error_file(*, scope: Scope, of_import: Import) -> Iterator[tuple[int, str, str, str]]:
    """(line, column, code, value) of every refused row, streamed."""
    rows = rejections(scope=scope, of_import=of_import).order_by("line", "id")
    columns = ("line", "column", "code", "value")
    yield from rows.values_list(*columns).iterator(chunk_size=5_000)
