"""Taking a file in: kept, hashed, looked at; nothing of it is written yet."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from core.models import Workspace
from core.scoping import Scope
from crm.errors import ImportRefused, LegalBasisMissing, MappingIncomplete, MappingInvalid
from crm.models import Import
from crm.rules import file_names, headers
from crm.services.importing import files, readers, sniffing

MONTH_FIRST = frozenset({"US", "PH", "PW", "FM"})


def register_file(
    *,
    scope: Scope,
    file: Path | BinaryIO,
    kind: str | None = None,
    name: str = "",
    mapping: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
    copy: bool = True,
) -> Import:
    """Make the row of an import of `file` (a path, or a stream open for reading).

    `kind` is orders, lines or customers; None guesses it from the columns. `mapping` is
    {column: field} (fields: crm.rules.headers.FIELDS); None recognises common names. `options`:
    encoding, delimiter, decimal ("." or ","), dates (crm.rules.dates.ORDERS), source (name of
    the system whose order ids these are), charge_codes, legal_basis. What is not given is
    guessed from the file and kept on the row. With `copy=False` a path is read where it lies.

    Raises ImportRefused (a subclass says why) and leaves a failed row to show it.
    """
    path, digest, size = _taken_in(scope, file, copy=copy)
    of_import: Import = Import.objects.within(scope).create(
        workspace=scope.workspace,
        kind=kind or Import.Kind.ORDERS,
        file_name=file_names.shown(name or (file.name if isinstance(file, Path) else "")),
        path=str(path),
        sha256=digest,
        size=size,
        created_by_id=scope.actor_id if scope.actor_kind == "user" else None,
    )
    try:
        _look_at(of_import, scope.workspace, kind, mapping, dict(options or {}))
    except ImportRefused as refusal:
        fail(of_import=of_import, code=refusal.code)
        raise
    return of_import


def _taken_in(scope: Scope, file: Path | BinaryIO, *, copy: bool) -> tuple[Path, str, int]:
    if not isinstance(file, Path):
        return files.keep(source=file, workspace_id=scope.workspace_id)
    if not copy:
        return (file.resolve(), *files.measure(path=file))
    with file.open("rb") as stream:
        return files.keep(source=stream, workspace_id=scope.workspace_id)


def _look_at(
    of_import: Import,
    workspace: Workspace,
    kind: str | None,
    mapping: Mapping[str, str] | None,
    options: dict[str, Any],
) -> None:
    sheet = readers.open_sheet(Path(of_import.path), options)
    sniffed = sniffing.sniff(
        sheet,
        kind=kind,
        mapping=None if mapping is None else dict(mapping),
        options=options,
        month_first=workspace.phone_region in MONTH_FIRST,
    )
    of_import.columns = [
        {"name": column, "examples": sniffed.examples.get(column, [])} for column in sheet.columns
    ]
    of_import.kind, of_import.mapping = sniffed.kind, sniffed.mapping
    of_import.options = sniffed.options
    of_import.save(update_fields=["columns", "kind", "mapping", "options"])


def remap(
    *, of_import: Import, kind: str, mapping: Mapping[str, str], options: Mapping[str, Any]
) -> Import:
    """Say which column is what after all; a checked import must be checked again."""
    of_import.kind, of_import.mapping = kind, dict(mapping)
    said = {name: value for name, value in of_import.options.items() if name != "unsure"}
    of_import.options = {**said, **options}
    of_import.state = Import.State.UPLOADED
    ensure_mapped(of_import)
    of_import.save(update_fields=["kind", "mapping", "options", "state"])
    return of_import


def ensure_mapped(of_import: Import) -> None:
    """Refuse a mapping with unknown fields, or without what the kind cannot do without."""
    names = [column["name"] for column in of_import.columns]
    fields = list(of_import.mapping.values())
    strangers = set(of_import.mapping) - set(names)
    if strangers or set(fields) - headers.allowed(of_import.kind) or len(set(fields)) < len(fields):
        raise MappingInvalid
    if lacking := headers.missing(of_import.mapping, of_import.kind):
        raise MappingIncomplete(", ".join(lacking), ", ".join(names)[:500])
    if headers.CONSENTS & set(fields) and not str(of_import.options.get("legal_basis", "")).strip():
        raise LegalBasisMissing


def fail(*, of_import: Import, code: str) -> None:
    """The import has ended badly; what it had written before stays and is counted."""
    of_import.state, of_import.error_code = Import.State.FAILED, code
    of_import.save(update_fields=["state", "error_code"])
