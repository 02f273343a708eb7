"""Lets tests that really commit empty append-only tables afterwards, and only afterwards."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations

_sql_flush = DatabaseOperations.sql_flush


def _unguarded(self: DatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
    """The same statements, for one transaction without triggers."""
    statements: list[str] = _sql_flush(self, *args, **kwargs)
    return ["SET LOCAL session_replication_role = replica", *statements]


@pytest.fixture(scope="session", autouse=True)
def flush_append_only() -> Iterator[None]:
    """Facts refuse TRUNCATE; the flush between tests is the one thing that may."""
    DatabaseOperations.sql_flush = _unguarded  # type: ignore[method-assign, assignment]
    yield
    DatabaseOperations.sql_flush = _sql_flush  # type: ignore[method-assign]
