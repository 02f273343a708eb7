"""Takes whole columns out of the database in binary, a few bytes a number."""

import io
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg2 import sql

# Signature, flags, length of the extension: what stands before the first row of a binary COPY.
_COPY_HEADER = 19
# Before a row's only field: how many fields there are, and how many bytes it has.
_FRAME = 6
_COPY_END = 2


def packed(statement: sql.Composable) -> list[memoryview]:
    """The fields of the only row of a query as they stand in binary, NULL as nothing.

    Whole columns come this way: sent one after another and aggregated, a number costs its bytes.
    """
    content, at, fields = _copied(statement), _COPY_HEADER + 2, []
    for _ in range(int.from_bytes(content[_COPY_HEADER:at], "big")):
        length = max(int.from_bytes(content[at : at + 4], "big", signed=True), 0)
        fields.append(content[at + 4 : at + 4 + length])
        at += 4 + length
    return fields


def records(statement: sql.Composable, layout: np.dtype[Any]) -> NDArray[Any]:
    """The only field of every row of a query, all of one width: numbers as `layout` reads them."""
    content = _copied(statement)
    row = np.dtype([("frame", f"V{_FRAME}"), ("record", layout)])
    rows = (len(content) - _COPY_HEADER - _COPY_END) // row.itemsize
    read: NDArray[Any] = np.frombuffer(content, row, count=rows, offset=_COPY_HEADER)["record"]
    return read


def _copied(statement: sql.Composable) -> memoryview:
    buffer = io.BytesIO()
    with connection.cursor() as cursor:
        text = statement.as_string(cursor.cursor)
        cursor.copy_expert(f"COPY ({text}) TO STDOUT (FORMAT binary)", buffer)
    return buffer.getbuffer()
