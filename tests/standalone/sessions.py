"""Plain sessions with a server under test."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

import psycopg2


def ask(url: str, statement: str, parameters: Sequence[object] = ()) -> object:
    """The first column of the first row; None for a statement without rows."""
    with contextlib.closing(psycopg2.connect(url)) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute(statement, parameters)
            row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def modes(folders: Sequence[Path]) -> dict[Path, int]:
    """The permissions of each folder and of everything above it."""
    chain = {parent for folder in folders for parent in (folder, *folder.parents)}
    return {path: path.stat().st_mode for path in chain}
