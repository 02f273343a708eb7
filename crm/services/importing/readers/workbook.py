"""The first sheet of an XLSX file; its archive is measured before anything is unpacked."""

import lzma
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from crm.errors import EmptyFile, FileTooBig, TooManyColumns, WrongFileType
from crm.services.importing.readers import extent
from crm.services.importing.readers.shape import (
    MAX_COLUMNS,
    ROWS_A_CHUNK,
    Chunk,
    Rejection,
    Sheet,
    unique_names,
)

MAX_SHEET = 512 * 1024 * 1024
_DAMAGED = (zipfile.BadZipFile, EOFError, zlib.error, lzma.LZMAError, OSError)


def open_workbook(path: Path, _options: dict[str, Any]) -> Sheet:
    """Header and rows of the first sheet; formulas come as their last value, never run."""
    _measure(path)
    sheet = _first_sheet(path)
    rows = sheet.iter_rows()
    header = next(rows, None)
    if header is None or sheet.height <= 1:
        raise EmptyFile
    if len(header) > MAX_COLUMNS:
        raise TooManyColumns
    start = sheet.start[0] + 2
    names = unique_names(header)
    return Sheet(
        columns=names,
        chunks=lambda wanted: _chunks(sheet, start, [names.index(name) for name in wanted]),
        facts={"format": "xlsx", "sheet": sheet.name},
        rows=sheet.height - 1,
    )


def _measure(path: Path) -> None:
    """Unpack to nowhere under a cap, so that neither a bomb nor a lying size gets further."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist():
                raise WrongFileType
            if sum(entry.file_size for entry in entries) > MAX_SHEET:
                raise FileTooBig
            extent.check(archive)
    except (*_DAMAGED, RuntimeError, NotImplementedError) as error:
        raise WrongFileType from error


def _first_sheet(path: Path) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    except (CalamineError, OSError) as error:
        raise WrongFileType from error


def _chunks(sheet: Any, start: int, places: Sequence[int]) -> Iterator[Chunk]:
    rows = sheet.iter_rows()
    next(rows, None)
    line = start
    while some := list(islice(rows, ROWS_A_CHUNK)):
        numbered = list(enumerate(some, start=line))
        taken = [(number, row) for number, row in numbered if any(cell != "" for cell in row)]
        empty = [number for number, row in numbered if all(cell == "" for cell in row)]
        yield Chunk(
            lines=[number for number, _ in taken],
            columns=[[row[place] for _, row in taken] for place in places],
            rejected=[Rejection(number, "", "empty_row") for number in empty],
        )
        line += len(some)
