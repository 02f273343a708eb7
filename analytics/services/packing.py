"""Takes whole columns out of the database in binary, a few bytes a number."""

import io

from django.db import connection
from psycopg2 import sql

# Signature, flags, length of the extension: what stands before the first row of a binary COPY.
_COPY_HEADER = 19


def packed(statement: sql.Composable) -> list[memoryview]:
    """The fields of the only row of a query as they stand in binary, NULL as nothing.

    Whole columns come this way: sent one after another and aggregated, a number costs its bytes.
    """
    buffer = io.BytesIO()
    with connection.cursor() as cursor:
        text = statement.as_string(cursor.cursor)
        cursor.copy_expert(f"COPY ({text}) TO STDOUT (FORMAT binary)", buffer)
    content, at, fields = buffer.getbuffer(), _COPY_HEADER + 2, []
    for _ in range(int.from_bytes(content[_COPY_HEADER:at], "big")):
        length = max(int.from_bytes(content[at : at + 4], "big", signed=True), 0)
        fields.append(content[at + 4 : at + 4 + length])
        at += 4 + length
    return fields
