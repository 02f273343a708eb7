"""Runs set-based SQL over derived tables."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection
from psycopg2 import sql

Statement = sql.Composable | str
# Workers for what takes a tenth of a second: planners think of tables that take minutes.
PARALLEL = {"parallel_setup_cost": "100", "parallel_tuple_cost": "0.01",
            "min_parallel_table_scan_size": "1MB"}  # fmt: skip


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
    names = list(settings)
    asked = sql.SQL(", ").join(
        sql.SQL("current_setting({})").format(sql.Literal(name)) for name in names
    )
    before = one(sql.SQL("SELECT {}").format(asked))
    _set(settings)
    yield
    _set(dict(zip(names, before, strict=True)))


def _set(settings: Mapping[str, str]) -> None:
    changes = sql.SQL(", ").join(
        sql.SQL("set_config({}, {}, true)").format(sql.Literal(name), sql.Literal(value))
        for name, value in settings.items()
    )
    rows(sql.SQL("SELECT {}").format(changes))
