"""Invariants: what must never be false about the data, each a query that has to count zero.

Apps register theirs in `apps.ready()`; tests, the chaos suite and the integrity page check them.
"""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Invariant:
    """A claim in a sentence, and an SQL that counts the rows which break it."""

    name: str
    claim: str
    sql: str


_invariants: dict[str, Invariant] = {}


def register(name: str, claim: str, sql: str) -> None:
    """Add a claim; `sql` returns one row with one number: how many rows break it."""
    _invariants[name] = Invariant(name, claim, sql)


def registered() -> tuple[Invariant, ...]:
    return tuple(_invariants.values())


def broken() -> dict[str, int]:
    """How many rows break each claim, for the claims that are broken."""
    counts = {item.name: count(item) for item in registered()}
    return {name: number for name, number in counts.items() if number}


def count(invariant: Invariant) -> int:
    """How many rows break one claim."""
    with connection.cursor() as cursor:
        cursor.execute(invariant.sql)
        return int(cursor.fetchone()[0])
