"""Parquet files, one batch of wanted columns at a time."""

import io
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from crm.errors import EmptyFile, FileTooBig, TooManyColumns, WrongFileType
from crm.services.importing.readers.shape import (
    MAX_COLUMNS,
    MAX_UNPACKED,
    ROWS_A_CHUNK,
    Chunk,
    Sheet,
    unique_names,
)

MAGIC = b"PAR1"
BLOCK, MAX_PACKED = 1 << 20, 512 * 1024 * 1024
# On average over a column of a row group.
LONGEST_CELL = 16_384
Source = Callable[[], Path | BinaryIO]


@contextmanager
def _readable() -> Iterator[None]:
    """What damaged pages make the reader say, as a refusal of the whole file."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, ValueError, OverflowError, KeyError) as error:
        raise WrongFileType from error


def open_parquet(path: Path, _options: dict[str, Any]) -> Sheet:
    """The file's columns and a way to stream them; the first row is line 1."""
    return _open(lambda: path)


def open_packed(unpack: Callable[[], io.RawIOBase]) -> Sheet:
    """The same of a file inside gzip, which has to be in memory to be read from its end."""

    def source() -> BinaryIO:
        with unpack() as stream:
            whole = io.BufferedReader(stream, BLOCK).read(MAX_PACKED + 1)
        if len(whole) > MAX_PACKED:
            raise FileTooBig
        return io.BytesIO(whole)

    return _open(source)


def _open(source: Source) -> Sheet:
    import pyarrow.parquet as pq

    with _readable(), pq.ParquetFile(source()) as file:
        given, metadata = list(file.schema_arrow.names), file.metadata
        texts = frozenset(one.name for one in file.schema_arrow if _is_text(one.type))
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    _check(len(given), metadata.num_rows, sum(group.total_byte_size for group in groups))
    _check_cells(groups)
    names = unique_names(given)
    return Sheet(
        columns=names,
        chunks=lambda wanted: _chunks(source, given, texts, [names.index(one) for one in wanted]),
        facts={"format": "parquet"},
        rows=metadata.num_rows,
    )


def _check(columns: int, rows: int, size: int) -> None:
    if not rows:
        raise EmptyFile
    if columns > MAX_COLUMNS:
        raise TooManyColumns
    if size > MAX_UNPACKED:
        raise FileTooBig


def _check_cells(groups: Sequence[Any]) -> None:
    """Cells as long as books: a file of kilobytes would fill the memory with a few rows."""
    for group in groups:
        room = group.num_rows * LONGEST_CELL + BLOCK
        chunks = (group.column(place) for place in range(group.num_columns))
        if any(chunk.total_uncompressed_size > room for chunk in chunks):
            raise FileTooBig


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _chunks(
    source: Source, given: Sequence[str], texts: AbstractSet[str], places: Sequence[int]
) -> Iterator[Chunk]:
    import pyarrow.parquet as pq

    line = 1
    # A name that stands twice reads two columns: then all are read and told apart by place.
    is_plain = len(set(given)) == len(given)
    wanted = [given[place] for place in places]
    shared = [name for name in wanted if name in texts] if is_plain else []
    with _readable(), pq.ParquetFile(source(), read_dictionary=shared) as file:
        for batch in file.iter_batches(
            ROWS_A_CHUNK, columns=wanted if is_plain else None, use_threads=False
        ):
            found = map(batch.column, wanted if is_plain else places)
            columns: list[Sequence[object]] = [_values(column) for column in found]
            yield Chunk(lines=list(range(line, line + batch.num_rows)), columns=columns)
            line += batch.num_rows


def _values(column: Any) -> list[object]:
    """Python values of a column; a cell Python has no value for comes as its text."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        # A text that stands in every row is had once: a short file could hold a long one.
        values = _values(column.dictionary)
        return [None if place is None else values[place] for place in column.indices.to_pylist()]
    if pa.types.is_timestamp(column.type):
        column = _moments(column)
    try:
        found: list[object] = column.to_pylist()
    except (ValueError, OverflowError):
        found = [_cell(cell) for cell in column]
    if pa.types.is_nested(column.type):
        return [None if value is None else str(value) for value in found]
    read = bytes.hex if pa.types.is_fixed_size_binary(column.type) else _text
    return [read(value) if isinstance(value, bytes) else value for value in found]


def _text(value: bytes) -> str:
    """Many programs write texts without saying that they are; what is none is a digest."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


def _moments(column: Any) -> Any:
    """Instants in a zone Python knows; nanoseconds would come as pandas objects, so are cut."""
    import pyarrow as pa

    unit, zone = column.type.unit, column.type.tz
    try:
        pa.lib.string_to_tzinfo(zone or "UTC")
    except (ValueError, KeyError):
        zone = "UTC"
    return column.cast(pa.timestamp("us" if unit == "ns" else unit, zone), safe=False)


def _cell(cell: Any) -> object:
    """One cell of a column with something unreadable in it: text that no parser takes."""
    import pyarrow as pa

    try:
        return cell.as_py()
    except UnicodeDecodeError:
        if isinstance(cell, pa.BinaryScalar):
            return cell.as_buffer().to_pybytes().decode(errors="surrogateescape")
        return str(cell.type)
    except (ValueError, OverflowError):
        if pa.types.is_timestamp(cell.type):
            cell = cell.cast(pa.timestamp(cell.type.unit))
        return str(cell.type if pa.types.is_nested(cell.type) else cell.cast(pa.string()))
