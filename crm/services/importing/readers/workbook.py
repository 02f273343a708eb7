"""The first sheet of an XLSX file; its archive is measured before anything is unpacked."""

import lzma
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from crm.errors import EmptyFile, FileTooBig, TooManyColumns, WrongFileType
from crm.rules import headings
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
    place, header = _heading(sheet)
    if sheet.height <= place + 1:
        raise EmptyFile
    if len(header) > MAX_COLUMNS:
        raise TooManyColumns
    names = unique_names(header)
    return Sheet(
        columns=names,
        chunks=lambda wanted: _chunks(sheet, place, [names.index(name) for name in wanted]),
        facts={"format": "xlsx", "sheet": sheet.name},
        rows=sheet.height - place - 1,
    )


def _heading(sheet: Any) -> tuple[int, list[Any]]:
    """Which row of the sheet names the columns, and the row."""
    rows = enumerate(sheet.iter_rows())
    filled = list(islice((one for one in rows if any(map(_is_filled, one[1]))), headings.LOOKED_AT))
    if not filled:
        raise EmptyFile
    return filled[headings.place([list(map(str, row)) for _, row in filled])]


def _is_filled(cell: object) -> bool:
    return cell != ""


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


def _chunks(sheet: Any, heading: int, places: Sequence[int]) -> Iterator[Chunk]:
    rows = islice(sheet.iter_rows(), heading + 1, None)
    line = sheet.start[0] + heading + 2
    while some := list(islice(rows, ROWS_A_CHUNK)):
        numbered = list(enumerate(some, start=line))
        taken = [(number, row) for number, row in numbered if any(map(_is_filled, row))]
        empty = [number for number, row in numbered if not any(map(_is_filled, row))]
        yield Chunk(
            lines=[number for number, _ in taken],
            columns=[[row[place] for _, row in taken] for place in places],
            rejected=[Rejection(number, "", "empty_row") for number in empty],
        )
        line += len(some)
