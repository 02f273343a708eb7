"""Gives a management command its servers: the given, the running, or temporary ones."""

import contextlib
import os
import shutil
import signal
import sys
import warnings
from collections.abc import Iterator, Sequence
from types import FrameType

import psycopg2

from config.standalone import given, places
from config.standalone.errors import SetUpError
from config.standalone.home import Home
from config.standalone.pair import Addresses, Pair

WITHOUT_SERVERS = {
    "", "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help",
    "makemessages", "makemigrations", "spectacular", "startapp", "version",
}  # fmt: skip
HELP = {"-h", "--help"}
# What reads a file and leaves nothing behind needs no data of ours, only a database.
ON_SCRATCH = {"analyse"}
MIGRATES_ITSELF = {"migrate", "test"}
PATIENCE_SECONDS = 60


@contextlib.contextmanager
def use_running_servers(argv: Sequence[str]) -> Iterator[None]:
    """Set the environment of one command so that it finds its servers; print nothing to stdout.

    DATABASE_URL wins; then what a running `make up` of the same RONDO_HOME has published; then
    a temporary pair of servers, on this home's data where there are any, else on nothing.
    """
    wants_help = not HELP.isdisjoint(argv)
    command = "" if wants_help else next((word for word in argv[1:] if word[:1] != "-"), "")
    home = Home.from_environment()
    _provide_secret(home, command)
    try:
        _check_given(command)
        with _servers(home, command):
            yield
    except SetUpError as refusal:
        sys.stderr.write(f"{refusal}\n")
        raise SystemExit(1) from refusal


@contextlib.contextmanager
def _servers(home: Home, command: str) -> Iterator[None]:
    if os.environ.get("DATABASE_URL") or _join_running(home):
        yield
    elif command in WITHOUT_SERVERS:
        warnings.filterwarnings("ignore", "Got an error checking a consistent migration history")
        yield
    elif home.has_cluster and command not in ON_SCRATCH:
        with home.held(PATIENCE_SECONDS), _temporary(home, durable=True):
            yield
    else:
        with _scratch(command):
            yield


def _check_given(command: str) -> None:
    """A broker that is away is latency; one whose address nobody could use is refused."""
    database_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if redis_url:
        given.read_broker(redis_url)
    if database_url and command in WITHOUT_SERVERS:
        given.read_database(database_url)
    elif database_url:
        given.check_database(database_url)


def _provide_secret(home: Home, command: str) -> None:
    if os.environ.get("SECRET_KEY"):
        return
    key = home.secret_key()
    if key:
        os.environ["SECRET_KEY"] = key
    elif not os.environ.get("DATABASE_URL") or command in WITHOUT_SERVERS:
        # Nothing that outlives this command can be signed by it.
        os.environ.setdefault("RONDO_ALLOW_EPHEMERAL_KEY", "1")


def _join_running(home: Home) -> bool:
    """Use the published servers if they answer."""
    published = home.read_published()
    try:
        psycopg2.connect(published["DATABASE_URL"], connect_timeout=3).close()
    except (KeyError, psycopg2.OperationalError):
        return False
    os.environ["DATABASE_URL"] = published["DATABASE_URL"]
    os.environ.setdefault("REDIS_URL", published["REDIS_URL"])
    return True


@contextlib.contextmanager
def _scratch(command: str) -> Iterator[None]:
    """An empty, migrated database that is gone when the command ends."""
    home = Home(places.passing_home())
    os.environ["RONDO_HOME"] = str(home.folder)
    try:
        with _temporary(home, durable=False):
            if command not in MIGRATES_ITSELF:
                _migrate()
            yield
    finally:
        shutil.rmtree(home.folder, ignore_errors=True)


@contextlib.contextmanager
def _temporary(home: Home, *, durable: bool) -> Iterator[Addresses]:
    pair = Pair(home.folder, redis_url=os.environ.get("REDIS_URL", ""), durable=durable)
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _leave)
    addresses = pair.start()
    os.environ.update(addresses.environment())
    try:
        yield addresses
    finally:
        pair.stop()


def _migrate() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
