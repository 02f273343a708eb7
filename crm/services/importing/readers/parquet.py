"""Parquet files, one batch of wanted columns at a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crm.errors import EmptyFile, FileTooBig, TooManyColumns, WrongFileType
from crm.services.importing.readers.shape import (
    MAX_COLUMNS,
    MAX_UNPACKED,
    ROWS_A_CHUNK,
    Chunk,
    Sheet,
    unique_names,
)


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
    import pyarrow.parquet as pq

    with _readable(), pq.ParquetFile(path) as file:
        given, metadata = list(file.schema_arrow.names), file.metadata
    sizes = [metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups)]
    _check(len(given), metadata.num_rows, sum(sizes))
    names = unique_names(given)
    return Sheet(
        columns=names,
        chunks=lambda wanted: _chunks(path, given, [names.index(name) for name in wanted]),
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


def _chunks(path: Path, given: Sequence[str], places: Sequence[int]) -> Iterator[Chunk]:
    import pyarrow.parquet as pq

    line = 1
    # A name that stands twice reads two columns: then all are read and told apart by place.
    is_plain = len(set(given)) == len(given)
    wanted = [given[place] for place in places]
    with _readable(), pq.ParquetFile(path) as file:
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
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        column = _moments(column)
    try:
        found: list[object] = column.to_pylist()
    except (ValueError, OverflowError):
        found = [_cell(cell) for cell in column]
    if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
        return [None if value is None else str(value) for value in found]
    return found


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
