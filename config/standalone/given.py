"""Checks the servers that somebody gave us before anything is begun with them."""

import contextlib
import warnings
from typing import Any
from urllib.parse import urlsplit

import environ
import psycopg2

from config.standalone.errors import SetUpError

ENGINE = "django.db.backends.postgresql"
OLDEST_MAJOR = 15
CONNECT_SECONDS = 5
LIMITS = {"socket_connect_timeout": CONNECT_SECONDS, "socket_timeout": CONNECT_SECONDS}
BROKER_SCHEMES = {"redis", "rediss", "unix"}
BROKER_DATABASES = (0, 1)
_MAY_CREATE = "SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)"


def read_database(url: str) -> dict[str, Any]:
    """DATABASE_URL as the settings will read it; what they could not use is refused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read = environ.Env.db_url_config(url)
    except ValueError as error:
        raise _unreadable("DATABASE_URL") from error
    if read.get("ENGINE") != ENGINE:
        raise SetUpError(
            "DATABASE_URL must be the address of a PostgreSQL, postgres://user:password@host/name."
        )
    return dict(read)


def read_broker(url: str) -> None:
    """Refuse a REDIS_URL that the settings could not add the number of a database to."""
    try:
        parts = urlsplit(url)
        place, _port = parts.path if parts.scheme == "unix" else parts.hostname, parts.port
    except ValueError as error:
        raise _unreadable("REDIS_URL") from error
    named = parts.path.strip("/") if parts.scheme != "unix" else ""
    if parts.scheme not in BROKER_SCHEMES or not place:
        raise SetUpError(
            "REDIS_URL must be the address of a Valkey or Redis, redis://host:6379 or"
            " unix:///path/to/valkey.sock."
        )
    if named or parts.query or parts.fragment:
        raise SetUpError("REDIS_URL names a server alone: its databases 0 and 1 are used.")


def check_database(url: str, *, to_migrate: bool = False) -> None:
    """Refuse a database that does not let us in, is too old, or may not be migrated by us."""
    try:
        with contextlib.closing(psycopg2.connect(**_words(read_database(url)))) as session:
            major = session.server_version // 10_000
            with session.cursor() as cursor:
                cursor.execute(_MAY_CREATE)
                may_create = bool((cursor.fetchone() or [False])[0])
    except psycopg2.Error as error:
        raise SetUpError(f"DATABASE_URL does not serve: {_first_line(error)}") from error
    if major < OLDEST_MAJOR:
        raise SetUpError(
            f"DATABASE_URL is PostgreSQL {major}; Rondo needs {OLDEST_MAJOR} or newer."
        )
    if to_migrate and not may_create:
        raise SetUpError("DATABASE_URL does not serve: its user may not create tables there.")


def check_broker(url: str) -> None:
    """Refuse a broker that does not answer in the databases we use."""
    import redis

    read_broker(url)
    parted = "?db={}" if url.startswith("unix:") else "/{}"
    try:
        for number in BROKER_DATABASES:
            address = url.rstrip("/") + parted.format(number)
            with redis.Redis.from_url(address, **LIMITS) as client:
                client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        raise SetUpError(f"REDIS_URL does not serve: {_first_line(error)}") from error


def _unreadable(name: str) -> SetUpError:
    # Without the parser's own words: what it takes for a port may be half of a password.
    return SetUpError(
        f"{name} cannot be read as an address; signs like / ? # @ in a password are written %2F,"
        " %3F, %23, %40, and a port is a number below 65536."
    )


def _words(read: dict[str, Any]) -> dict[str, Any]:
    """What Django would give to libpq."""
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    given = {word: read.get(name) for word, name in (named | {"port": "PORT"}).items()}
    asked = {word: value for word, value in given.items() if value}
    options: dict[str, Any] = read.get("OPTIONS", {})
    return {"connect_timeout": CONNECT_SECONDS} | asked | options


def _first_line(error: Exception) -> str:
    """The reason without the advice that follows it, as one sentence."""
    said = str(error).strip() or type(error).__name__
    return said.splitlines()[0].strip().rstrip(".") + "."
