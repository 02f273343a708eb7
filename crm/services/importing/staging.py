"""The stage: the file's rows, parsed, in temporary tables of this session."""

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection

from crm.rules.faults import Fault
from crm.services.importing.columns import Group, escaped
from crm.services.importing.readers import Chunk, Sheet
from crm.services.importing.readers.shape import Rejection

LONGEST_VALUE = 254
REJECTS = "CREATE TEMP TABLE import_reject (line bigint, field text, code text, value text)"
Report = Callable[[int], None]


def run(sql: str, params: dict[str, Any] | None = None) -> int:
    """Run one statement; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def row(sql: str, params: dict[str, Any] | None = None) -> tuple[Any, ...]:
    """The first row a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: tuple[Any, ...] = cursor.fetchone()
        return found


def clear(tables: Iterable[str]) -> None:
    """Drop what an earlier import of this session may have left."""
    run("DROP TABLE IF EXISTS " + ", ".join(f"pg_temp.{table}" for table in tables))


def fill(
    *, sheet: Sheet, mapping: dict[str, str], groups: Sequence[Group], table: str, report: Report
) -> int:
    """COPY the whole file into the stage; returns how many rows it had."""
    run(REJECTS)
    headers = {field: header for header, field in mapping.items()}
    groups = [group for group in groups if group.is_in(headers)]
    wanted = [headers[field] for group in groups for field in group.fields if field in headers]
    fields = [mapping[header] for header in wanted]
    columns = ", ".join(["line", *(name for group in groups for name in group.stage)])
    rows = 0
    for chunk in sheet.chunks(wanted):
        _copy_chunk(chunk, fields, groups, headers, f"{table} ({columns})")
        rows += chunk.rows
        report(rows)
    return rows


def _copy_chunk(
    chunk: Chunk, fields: list[str], groups: Sequence[Group], headers: dict[str, str], into: str
) -> None:
    given = dict(zip(fields, chunk.columns, strict=True))
    parsed = [group.read(given, len(chunk.lines)) for group in groups]
    rejected = list(chunk.rejected)
    lines: Sequence[int] = chunk.lines
    if bad := _faulty_rows(parsed, groups):
        rejected += [_rejection(chunk, given, groups, parsed, place, headers) for place in bad]
        keep = [place for place in range(len(lines)) if place not in bad]
        lines = [lines[place] for place in keep]
        parsed = [[column[place] for place in keep] for column in parsed]
    _copy(into, "\n".join(map("\t".join, zip(map(str, lines), *parsed, strict=True))))
    if rejected:
        add_rejections(rejected)


def _faulty_rows(parsed: list[list[Any]], groups: Sequence[Group]) -> set[int]:
    return {
        place
        for group, column in zip(groups, parsed, strict=True)
        if group.memory.has_faults
        for place, value in enumerate(column)
        if value.__class__ is Fault
    }


def _rejection(
    chunk: Chunk,
    given: dict[str, Sequence[object]],
    groups: Sequence[Group],
    parsed: list[list[Any]],
    place: int,
    headers: dict[str, str],
) -> Rejection:
    """Why a row is refused: the first faulty cell from the left of the stage."""
    for group, column in zip(groups, parsed, strict=True):
        if isinstance(fault := column[place], Fault):
            field = group.columns_of(fault)
            value = given[field][place] if field in given else ""
            text = "" if value is None else str(value)
            return Rejection(chunk.lines[place], headers.get(field, field), fault.code, text)
    raise AssertionError("a faulty row has a fault")


def add_rejections(rejected: Iterable[Rejection]) -> None:
    """COPY rejections; NUL cannot be stored and is shown as its picture."""
    _copy(
        "import_reject (line, field, code, value)",
        "\n".join(
            f"{one.line}\t{_cell(one.column)}\t{one.code}\t{_cell(one.value)}" for one in rejected
        ),
    )


def _cell(text: str) -> str:
    printable = text.replace("\0", "\u2400").encode("utf-8", "replace").decode()
    return escaped(printable[:LONGEST_VALUE])


def _copy(into: str, text: str) -> None:
    if not text:
        return
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {into} FROM STDIN", io.StringIO(text + "\n"))
