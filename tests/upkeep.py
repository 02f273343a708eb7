"""Holds the server's upkeep off where plans are tested.

What an autovacuum counts in the midst of a test changes the plans that the test is about.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection


@contextmanager
def held_off(*tables: str) -> Iterator[None]:
    """Nobody vacuums or counts the tables but the test itself."""
    _each(tables, "SET (autovacuum_enabled = off)")
    try:
        yield
    finally:
        _each(tables, "RESET (autovacuum_enabled)")


def as_just_installed() -> None:
    """Empty every table; the planner then takes each for one that was never counted."""
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def _each(tables: tuple[str, ...], change: str) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} {change}")
