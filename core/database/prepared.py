"""A statement that each connection plans once: for the few that run thousands of times a minute.

Behind a pooler that hands out a server connection a transaction (pgbouncer in transaction mode)
nothing can be prepared: DATABASE_PREPARES=0 sends the same text as it is.
"""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Prepared:
    """SQL with `%(name)s` places, each of a type; its name is unique in the project."""

    def __init__(self, name: str, sql: str, **types: str) -> None:
        self._name, self._sql, self._types = name, sql, types
        places = {key: f"${number}" for number, key in enumerate(types, 1)}
        typed = {key: f"%({key})s::{kind}" for key, kind in types.items()}
        self._direct = sql % typed
        # What is left of `%%` is said once more: this text goes through no placeholders again.
        self._prepare = f"PREPARE {name} ({', '.join(types.values())}) AS {sql % places}"
        self._execute = f"EXECUTE {name} ({', '.join(f'%({key})s' for key in types)})"

    def saying(self, old: str, new: str) -> "Prepared":
        """The same under another name, with one condition changed; raises ValueError for none."""
        if self._sql.count(old) != 1:
            raise ValueError(f"{self._name} does not say {old!r} once")
        return Prepared(f"{self._name}_otherwise", self._sql.replace(old, new), **self._types)

    def run(self, cursor: CursorWrapper, values: Mapping[str, Any]) -> None:
        """Execute with these values on the cursor of the default connection."""
        if not settings.DATABASE_PREPARES:
            cursor.execute(self._direct, values)
            return
        known = _known.setdefault(connection.connection, set())
        if self._name not in known:
            cursor.execute(self._prepare)
            known.add(self._name)
        cursor.execute(self._execute, values)
