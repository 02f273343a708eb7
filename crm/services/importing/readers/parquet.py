"""Parquet files, one batch of wanted columns at a time."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from crm.errors import EmptyFile, FileTooBig, TooManyColumns, WrongFileType
from crm.services.importing.readers.shape import (
    MAX_COLUMNS,
    MAX_UNPACKED,
    ROWS_A_CHUNK,
    Chunk,
    Sheet,
)


def open_parquet(path: Path, _options: dict[str, Any]) -> Sheet:
    """The file's columns and a way to stream them; the first row is line 1."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            names, metadata = list(file.schema_arrow.names), file.metadata
    except (pa.ArrowException, OSError) as error:
        raise WrongFileType from error
    sizes = [metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups)]
    _check(len(names), metadata.num_rows, sum(sizes))
    return Sheet(
        columns=names,
        chunks=lambda wanted: _chunks(path, wanted),
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


def _chunks(path: Path, wanted: Sequence[str]) -> Iterator[Chunk]:
    import pyarrow.parquet as pq

    line = 1
    with pq.ParquetFile(path) as file:
        batches = file.iter_batches(ROWS_A_CHUNK, columns=list(wanted), use_threads=False)
        for batch in batches:
            columns: list[Sequence[object]] = [_values(batch.column(name)) for name in wanted]
            yield Chunk(lines=list(range(line, line + batch.num_rows)), columns=columns)
            line += batch.num_rows


def _values(column: Any) -> list[object]:
    """Python values of a column; nanoseconds would come as pandas objects, so they are cut."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
        return [None if value is None else str(value) for value in column.to_pylist()]
    found: list[object] = column.to_pylist()
    return found
