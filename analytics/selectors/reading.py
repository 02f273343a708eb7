"""Runs set-based SQL over derived tables."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection
from psycopg2 import sql

Statement = sql.Composable | str


def rows(statement: Statement, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(_text(statement, cursor), params)
        return list(cursor.fetchall())


def one(statement: Statement, params: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
    """The only row of a query."""
    return rows(statement, params)[0]


def run(statement: Statement, params: Mapping[str, Any] | None = None) -> int:
    """Run a statement for its effect; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(_text(statement, cursor), params)
        return int(cursor.rowcount)


def _text(statement: Statement, cursor: Any) -> str:
    return statement if isinstance(statement, str) else statement.as_string(cursor.cursor)


@contextmanager
def planned(**settings: str) -> Iterator[None]:
    """Pin planner settings for a block inside the current transaction, then put them back."""
    old = {name: one(f"SHOW {name}")[0] for name in settings}
    _set(settings)
    yield
    _set(old)


def _set(settings: Mapping[str, str]) -> None:
    for name, value in settings.items():
        run(sql.SQL("SET LOCAL {} = {}").format(sql.Identifier(name), sql.Literal(value)))
