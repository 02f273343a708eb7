"""A pytest plugin: fresh PostgreSQL and Valkey on private sockets, for this run alone.

Loaded by `-p tests.servers` before pytest-django reads the settings. With DATABASE_URL set it
starts nothing and the tests use that server (pytest-django makes its own database there).
Each xdist worker has a Valkey of its own, so that one worker may empty it.
"""

import atexit
import os
import shutil
import signal
import sys
from collections.abc import Generator
from pathlib import Path
from types import FrameType

import pytest

from config.standalone import account, places
from config.standalone.pair import Pair
from config.standalone.postgres import ROLE
from config.standalone.valkey import Valkey

OURS = "RONDO_TEST_SERVERS"
DEFAULTS = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "RONDO_ALLOW_EPHEMERAL_KEY": "1",
    "EGRESS_ALLOW_LOOPBACK": "1",
    # Playwright's synchronous API keeps an event loop in the thread that runs the tests.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(args: list[str]) -> Generator[None]:
    """Start the servers before anything reads the settings."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    if not {"--help", "-h", "--version", "-V"} & set(args):
        _provide_servers()
    return (yield)


def _provide_servers() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        if OURS in os.environ:
            _start_own_valkey()
        return
    home = places.passing_home()
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    (home / "static").mkdir()  # WhiteNoise looks for it
    os.environ["RONDO_HOME"] = str(home)
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _leave)
    if not os.environ.get("DATABASE_URL"):
        _start_pair(home)


def _start_pair(home: Path) -> None:
    # Without fsync a crash of the machine may lose rows, which no test outlives anyway;
    # tests of durability start a durable cluster of their own.
    pair = Pair(home, redis_url=os.environ.get("REDIS_URL", ""), durable=False)
    os.environ.update(pair.start().environment())
    os.environ[OURS] = "1"
    atexit.register(pair.stop)
    if pair.postgres is not None:
        # Emptying a table between tests must pass the triggers that keep facts; only here may
        # the application's role switch them off.
        grant = f"GRANT SET ON PARAMETER session_replication_role TO {ROLE}"
        pair.postgres.execute("postgres", [grant])


def _start_own_valkey() -> None:
    servers_account = account.for_servers()
    home = places.passing_home()
    sockets = places.socket_folder(servers_account)
    data = places.data_folder(home, "valkey", servers_account)
    valkey = Valkey(data=data, sockets=sockets, log=home / "valkey.log", account=servers_account)
    valkey.start()
    os.environ["REDIS_URL"] = valkey.url
    for folder in (home, sockets):
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(valkey.stop)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
