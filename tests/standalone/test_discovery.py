"""A management command finds its servers, and leaves nothing behind."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.standalone import places
from config.standalone.home import CHECKOUT, Home
from config.standalone.pair import Pair
from tests.standalone.sessions import ask

pytestmark = pytest.mark.xdist_group("discovery")
GIVEN = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "RONDO_ALLOW_EPHEMERAL_KEY"}


def manage(home: Path, *words: str, temporary: Path) -> subprocess.CompletedProcess[str]:
    """A command as a person runs it on a machine with nothing running."""
    environment = {name: value for name, value in os.environ.items() if name not in GIVEN}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=CHECKOUT,
        env=environment | {"RONDO_HOME": str(home), "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass(frozen=True)
class Scratch:
    """One command on a machine with nothing running, and what it left in its folders."""

    done: subprocess.CompletedProcess[str]
    left: list[Path]


@pytest.fixture(scope="module")
def scratch() -> Scratch:
    folder = places.passing_home()
    done = manage(folder / "absent", "showmigrations", "core", temporary=folder)
    left = list(folder.iterdir())
    shutil.rmtree(folder)
    return Scratch(done, left)


def test_with_nothing_running_a_command_gets_a_migrated_database(scratch: Scratch) -> None:
    assert scratch.done.returncode == 0, scratch.done.stderr
    assert "[X]" in scratch.done.stdout
    assert "[ ]" not in scratch.done.stdout


def test_a_command_on_scratch_leaves_nothing_behind(scratch: Scratch) -> None:
    assert scratch.left == []


def test_only_the_command_itself_writes_to_standard_output(scratch: Scratch) -> None:
    first, *rest = scratch.done.stdout.splitlines()

    assert first == "core"
    assert all(line.startswith(" [X] ") for line in rest)


def test_a_command_without_need_of_a_database_starts_none(home: Path) -> None:
    done = manage(home / "absent", "check", temporary=home)

    assert done.returncode == 0, done.stderr
    assert not (home / "absent").exists()


def test_a_home_with_data_is_used_and_left_stopped(home: Path) -> None:
    Home(home).create()
    pair = Pair(home)
    addresses = pair.start()
    ask(addresses.database_url, "CREATE TABLE kept AS SELECT 7 AS n")
    pair.stop()
    read = (
        "from django.db import connection as c; k = c.cursor(); "
        "k.execute('SELECT n FROM kept'); print(k.fetchall())"
    )

    done = manage(home, "shell", "-v", "0", "-c", read, temporary=home)

    assert done.stdout == "[(7,)]\n", done.stderr
    assert not (home / "postgres" / "cluster" / "postmaster.pid").exists()
