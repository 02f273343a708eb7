"""Importing customers: found by any identity, never merged silently, consents only with a basis."""

from datetime import datetime
from typing import Any

from django.db import transaction

from core import clock
from crm.models import Import
from crm.services.importing import people_columns, people_sql, staging
from crm.services.importing.readers import Sheet
from crm.services.importing.staging import Report, row, run

TABLES = people_sql.TABLES
LINES_SHOWN = 100


def stage(of_import: Import, sheet: Sheet, at: datetime, report: Report) -> int:
    """Parse the file into `import_one`; returns its rows."""
    run(people_sql.STAGE)
    workspace = of_import.workspace
    today = clock.local_day(at, workspace.timezone)
    return staging.fill(
        sheet=sheet,
        mapping=of_import.mapping,
        groups=people_columns.groups(of_import.options, workspace.phone_region, today),
        table="import_one",
        report=report,
    )


def _basis(of_import: Import) -> str:
    return str(of_import.options.get("legal_basis", "")).strip()


def resolve(of_import: Import, at: datetime) -> None:
    """Whose row each is and what it would change; contradictions are refused by line."""
    terms = _terms(of_import, at)
    run(people_sql.CLAIMS, terms)
    for table in ("import_one", "import_claim"):
        run(f"ANALYZE {table}")
    run(people_sql.REFUSE_NAMELESS)
    run(people_sql.REFUSE_REPEATED)
    run(people_sql.MATCHES, terms)
    run(people_sql.MARK_OTHERS)
    run(people_sql.REFUSE_CONFLICTS)
    run(people_sql.REFUSE_SAME_CUSTOMER)
    run(people_sql.NUMBER_NEW)
    run("ANALYZE import_match")
    run(people_sql.OUTCOMES, terms)
    kept = row(people_sql.KEPT_WITHDRAWN)[0]
    note = {"count": len(kept), "lines": kept[:LINES_SHOWN]}
    of_import.report = {**of_import.report, "notes": {"consent_kept_withdrawn": note}}


def _terms(of_import: Import, at: datetime) -> dict[str, Any]:
    return {
        "workspace": of_import.workspace_id,
        "system": str(of_import.options.get("system", ""))[:32],
        "proof": f"{_basis(of_import)}: {of_import.file_name}"[:254],
        "at": at,
    }


def counts() -> tuple[int, int, int, int]:
    """created, updated, unchanged, rejected: rows of the file."""
    found = row(people_sql.COUNTS)
    return int(found[0]), int(found[1]), int(found[2]), int(found[3])


def write(*, of_import: Import, at: datetime, report: Any) -> None:  # noqa: ARG001
    """Nothing yet: people are written at once, in the last transaction."""
    report(0, of_import.rows, "write")


def finish(*, of_import: Import, at: datetime) -> None:
    """Write people, identities and consents, and count every row's outcome."""
    terms = _terms(of_import, at)
    with transaction.atomic():
        run(people_sql.INSERT, terms)
        run(people_sql.UPDATE, terms)
        run(people_sql.IDENTITIES, terms)
        run(people_sql.LOCK)
        run(people_sql.CONSENTS, terms)
    of_import.created, of_import.updated, of_import.unchanged, of_import.rejected = counts()
