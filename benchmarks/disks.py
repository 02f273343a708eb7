"""A disk that takes its time: commits that wait as they do where the disk is across a network."""

import contextlib
from collections.abc import Iterator

from django.db import connection

MICROSECONDS = 2_000
ASKED = ("commit_delay", "commit_siblings")


def may_wait() -> bool:
    """Whether this role may say how long its commits wait; on a server of ours it may."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(has_parameter_privilege(current_user, name, 'SET'))"
            " FROM unnest(%s) AS name",
            [list(ASKED)],
        )
        return bool(cursor.fetchone()[0])


@contextlib.contextmanager
def waiting() -> Iterator[None]:
    """Sessions opened meanwhile wait MICROSECONDS more for each commit, whoever else commits."""
    connection.close()
    _say(f"SET commit_delay = {MICROSECONDS}", "SET commit_siblings = 0")
    try:
        yield
    finally:
        _say("RESET commit_delay", "RESET commit_siblings")
        connection.close()


def _say(*words: str) -> None:
    with connection.cursor() as cursor:
        for each in words:
            cursor.execute(f"ALTER ROLE CURRENT_USER {each}")
    connection.close()
