"""Delimited text: any usual encoding and delimiter; a row that cannot be read costs only itself."""

import codecs
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from crm.errors import DamagedArchive, EmptyFile, FileTooBig, PackedFile, TooManyColumns
from crm.rules import encodings, headings
from crm.services.importing.readers import foreign, parquet
from crm.services.importing.readers.records import Record, Records
from crm.services.importing.readers.shape import (
    MAX_COLUMNS,
    MAX_UNPACKED,
    ROWS_A_CHUNK,
    Chunk,
    Rejection,
    Sheet,
    unique_names,
)

HEAD = 262_144
BLOCK = 1 << 20
LEAST_UNPACKED, MOST_PACKED = 64 * 1024**2, 250
Opener = Callable[[], BinaryIO]


class Capped(io.RawIOBase):
    """A binary stream that refuses to give more than an import may unpack to."""

    def __init__(self, source: BinaryIO, most: int = MAX_UNPACKED) -> None:
        self.source, self.most, self.given = source, most, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            block = self.source.read(len(buffer))
        except (gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise DamagedArchive from error
        self.given += len(block)
        if self.given > self.most:
            raise FileTooBig
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self.source.close()
        super().close()


def open_text(path: Path, options: dict[str, Any]) -> Sheet:
    return _open(lambda: path.open("rb"), options)


def open_gzip(path: Path, options: dict[str, Any]) -> Sheet:
    # Orders pack to a tenth; what packs much further is a bomb, of time if not of memory.
    most = min(MAX_UNPACKED, max(LEAST_UNPACKED, path.stat().st_size * MOST_PACKED))

    def opener() -> BinaryIO:
        return cast("BinaryIO", Capped(cast("BinaryIO", gzip.open(path, "rb")), most))

    with Capped(opener()) as stream:
        head = stream.read(HEAD) or b""
    if head.startswith(parquet.MAGIC):
        return parquet.open_packed(lambda: Capped(opener()))
    if foreign.is_no_text(head):
        raise PackedFile
    return _open(opener, options)


def _open(opener: Opener, options: dict[str, Any]) -> Sheet:
    with Capped(opener()) as stream:
        head = io.BufferedReader(stream, HEAD).read(HEAD)
    encoding = options.get("encoding") or _encoding(opener, head)
    start = head.decode(encoding, errors="replace").lstrip("\ufeff")
    if not start.strip("\0 \r\n\t"):
        raise EmptyFile
    foreign.refuse_text(start)
    delimiter = options.get("delimiter") or encodings.guess_delimiter(start)

    def records() -> Records:
        return _records(opener, encoding, delimiter)

    heading, names = _heading(records)
    return Sheet(
        columns=names,
        chunks=lambda wanted: _chunks(records, heading, names, wanted),
        facts={"format": "csv", "encoding": encoding, "delimiter": delimiter},
    )


def _encoding(opener: Opener, head: bytes) -> str:
    """Judged where the file leaves ASCII, however far that is."""
    found = encodings.guess(head)
    if found != "utf-8" or not head.isascii():
        return found
    with Capped(opener()) as stream:
        source = io.BufferedReader(stream, BLOCK)
        while block := source.read(BLOCK):
            if not block.isascii():
                return encodings.guess(encodings.from_first_sign(block) + source.read(HEAD))
    return found


def _records(opener: Opener, encoding: str, delimiter: str) -> Records:
    codecs.lookup(encoding)
    errors = "replace" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    stream = io.BufferedReader(Capped(opener()), 1 << 20)
    return Records(
        io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline=""), delimiter
    )


def _heading(opened: Callable[[], Records]) -> tuple[int, list[str]]:
    """Which of the filled rows names the columns, and the names."""
    with opened() as records:
        first = list(islice(records.filled(), headings.LOOKED_AT))
    place = headings.place(first)
    with opened() as records:
        header = next(islice(records.filled(), place, None), None)
        if header is None or next(records, None) is None:
            raise EmptyFile
    if len(header) > MAX_COLUMNS:
        raise TooManyColumns
    return place, unique_names(header)


def _chunks(
    opened: Callable[[], Records], heading: int, names: Sequence[str], wanted: Sequence[str]
) -> Iterator[Chunk]:
    places = [names.index(name) for name in wanted]
    with opened() as records:
        next(islice(records.filled(), heading, None))
        records.width = len(names)
        while True:
            lines, columns = records.whole_columns()
            if columns:
                yield Chunk(lines=lines, columns=[columns[place] for place in places])
            elif some := list(islice(records, ROWS_A_CHUNK)):
                yield _chunk(some, places)
            else:
                return


def _chunk(records: list[Record], places: Sequence[int]) -> Chunk:
    good = [record for record in records if not record[2]]
    rows = [record[1] for record in good]
    return Chunk(
        lines=[record[0] for record in good],
        columns=[[row[place] for row in rows] for place in places],
        rejected=[Rejection(line, "", code, value[0]) for line, value, code in records if code],
    )
