"""`manage.py analyse` that is stopped by Ctrl-C says so in one line and leaves nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from core.models import Workspace
from crm.models import Import, Order

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
BEGUN_SECONDS = 1.0
PATIENCE = 60
# Of the shop's own session; the view is read once a transaction unless it is told to look again.
IS_READING = """
SELECT pg_stat_clear_snapshot(), EXISTS (
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND query ~ 'import_line')"""


@pytest.fixture(autouse=True)
def _keys_are_heard() -> Iterator[None]:
    """A shell that starts us with `&` leaves the signal ignored, by our children too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def large_file(folder: Path) -> Path:
    """One that takes longer to read than it takes to press two keys."""
    path = folder / "orders.csv"
    rows = "".join(f"{n % 900},{n},2024-01-05,{n % 90}.50\n" for n in range(400_000))
    path.write_text("customer,order_id,date,amount\n" + rows)
    return path


def analysing(path: Path, **environment: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, str(MANAGE), "analyse", str(path), "--json"],
        env=kept | environment, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def stop(begun: subprocess.Popen[str]) -> tuple[int, str, str]:
    """The code, the document and the last line of a command that hears Ctrl-C."""
    os.killpg(begun.pid, signal.SIGINT)
    out, err = begun.communicate(timeout=PATIENCE)
    assert "Traceback" not in err
    return begun.returncode, out, err.strip().splitlines()[-1]


def our_address() -> str:
    own = connection.get_connection_params()
    return f"postgres://{own['user']}@/{own['dbname']}?host={quote(own['host'], safe='')}"


def wait_until_it_reads() -> None:
    until = time.monotonic() + PATIENCE
    is_reading = False
    while not is_reading:
        assert time.monotonic() < until
        time.sleep(0.05)
        with connection.cursor() as cursor:
            cursor.execute(IS_READING)
            is_reading = cursor.fetchone()[1]


@pytest.mark.django_db
def test_a_file_that_is_being_read_is_left_at_once(tmp_path: Path) -> None:
    path = large_file(tmp_path)
    begun = analysing(path, DATABASE_URL=our_address())
    wait_until_it_reads()

    ending = stop(begun)

    assert ending == (130, "", f"{path}: stopped; nothing is left behind.")
    assert not Workspace.objects.filter(slug__startswith="scratch-").exists()
    assert not Import.unscoped.exists()
    assert not Order.unscoped.exists()


def test_a_command_that_is_only_beginning_is_left_without_a_traceback(tmp_path: Path) -> None:
    begun = analysing(tmp_path / "orders.csv", RONDO_HOME=str(tmp_path / "home"))
    time.sleep(BEGUN_SECONDS)

    code, out, last = stop(begun)

    assert (code, out) == (130, "")
    assert last.endswith("Stopped.")
