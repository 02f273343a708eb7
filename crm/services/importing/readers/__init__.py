"""Files as chunks of columns, whatever their format: sizes capped, every row numbered."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from crm.errors import EmptyFile
from crm.services.importing.readers import foreign, parquet, text, workbook
from crm.services.importing.readers.shape import Chunk, Sheet

__all__ = ["Chunk", "Sheet", "open_sheet"]

HEAD = 65536
Reader = Callable[[Path, dict[str, Any]], Sheet]


def open_sheet(path: Path, options: dict[str, Any]) -> Sheet:
    """A file by what it is, not by its name. Raises EmptyFile, WrongFileType, FileTooBig."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise EmptyFile
    return _reader_of(head)(path, options)


def _reader_of(head: bytes) -> Reader:
    if head.startswith(b"PAR1"):
        return parquet.open_parquet
    if head.startswith(b"PK\x03\x04"):
        return workbook.open_workbook
    if head.startswith(b"\x1f\x8b"):
        return text.open_gzip
    foreign.refuse_binary(head)
    return text.open_text
