"""Servers that somebody gave us and that cannot be used: one true line, and nothing is begun."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
import redis

from config.standalone import given
from config.standalone.__main__ import main
from config.standalone.errors import SetUpError
from config.standalone.home import CHECKOUT
from config.standalone.pair import Pair

NOBODY_LISTENS = "127.0.0.1:1"
BAD_DATABASES = {
    "nonsense": "must be the address of a PostgreSQL",
    "mysql://user@host/name": "must be the address of a PostgreSQL",
    "postgres://user:s3cret/#@host/name": "cannot be read as an address",
    f"postgres://user:s3cret@{NOBODY_LISTENS}/name": "Connection refused",
    "postgres://user@host.invalid/name": "host.invalid",
    "postgres://user@/name?host=/nowhere": "No such file or directory",
    "postgres://user@/name?host=/nowhere&colour=red": "colour",
}
BAD_BROKERS = {
    "nonsense": "must be the address of a Valkey or Redis",
    "http://host:6379": "must be the address of a Valkey or Redis",
    "redis://": "must be the address of a Valkey or Redis",
    "redis://user:s3cret/#@host:6379": "cannot be read as an address",
    "redis://host:6379/3": "names a server alone",
    f"redis://user:s3cret@{NOBODY_LISTENS}": "Connection refused",
    "unix:///nowhere/valkey.sock": "No such file or directory",
}


@pytest.fixture
def unborn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of a `make up` that is given all its servers."""
    monkeypatch.setattr("sys.argv", ["config.standalone", "up"])
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("RONDO_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    return tmp_path / "home"


def manage(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=CHECKOUT,
        env=dict(os.environ) | {"RONDO_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("url", "reason"), BAD_DATABASES.items())
def test_a_database_that_cannot_be_used_is_refused_before_anything_is_begun(
    unborn: Path, url: str, reason: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("DATABASE_URL", url)

    assert main() == 1
    said = capsys.readouterr().err
    assert said.startswith("DATABASE_URL ")
    assert reason in said
    assert (said.count("\n"), said.count("s3cret")) == (1, 0)
    assert not unborn.exists()


@pytest.mark.parametrize(("url", "reason"), BAD_BROKERS.items())
def test_a_broker_that_cannot_be_used_is_refused_before_anything_is_begun(
    unborn: Path, url: str, reason: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("REDIS_URL", url)

    assert main() == 1
    said = capsys.readouterr().err
    assert said.startswith("REDIS_URL ")
    assert reason in said
    assert (said.count("\n"), said.count("s3cret")) == (1, 0)
    assert not unborn.exists()


class TestCommands:
    def test_a_command_says_in_one_line_why_its_database_cannot_be_used(
        self, tmp_path: Path
    ) -> None:
        done = manage(tmp_path, "migrate", DATABASE_URL=f"postgres://u@{NOBODY_LISTENS}/name")

        assert done.returncode == 1
        assert done.stderr.startswith("DATABASE_URL does not serve: ")
        assert done.stderr.count("\n") == 1

    def test_an_address_of_no_database_is_refused_by_a_command_that_needs_none(
        self, tmp_path: Path
    ) -> None:
        done = manage(tmp_path, "check", DATABASE_URL="mysql://user@host/name")

        assert done.returncode == 1
        assert done.stderr.startswith("DATABASE_URL must be ")
        assert done.stderr.count("\n") == 1

    def test_a_command_that_needs_no_database_does_not_look_for_it(self, tmp_path: Path) -> None:
        done = manage(tmp_path, "check", DATABASE_URL=f"postgres://u@{NOBODY_LISTENS}/name")

        assert done.returncode == 0, done.stderr

    def test_a_broker_that_is_away_stops_no_command_and_one_that_cannot_be_does(
        self, tmp_path: Path
    ) -> None:
        away = manage(tmp_path, "check", REDIS_URL=f"redis://{NOBODY_LISTENS}")
        impossible = manage(tmp_path, "check", REDIS_URL="amqp://host")

        assert away.returncode == 0, away.stderr
        assert impossible.returncode == 1
        assert impossible.stderr.count("\n") == 1


class TestServersThatAnswer:
    def test_ours_are_let_through(self, pair: Pair) -> None:
        given.check_database(pair.addresses.database_url, to_migrate=True)
        given.check_broker(pair.addresses.redis_url)

    @pytest.mark.parametrize(
        ("was", "is_", "reason"),
        [("/rondo?", "/absent?", "absent"), ("rondo@", "stranger@", "stranger")],
    )
    def test_a_wrong_name_is_told_in_the_words_of_the_server(
        self, pair: Pair, was: str, is_: str, reason: str
    ) -> None:
        url = pair.addresses.database_url.replace(was, is_)

        with pytest.raises(SetUpError, match=f'FATAL: .*"{reason}" does not exist'):
            given.check_database(url)

    def test_a_user_without_the_right_to_make_tables_may_read_but_not_migrate(
        self, pair: Pair
    ) -> None:
        assert pair.postgres is not None
        pair.postgres.execute("rondo", ["CREATE ROLE reader LOGIN"])
        url = pair.addresses.database_url.replace("rondo@", "reader@")

        given.check_database(url)

        with pytest.raises(SetUpError, match="may not create tables"):
            given.check_database(url, to_migrate=True)

    def test_a_wrong_password_of_the_broker_is_told(self, pair: Pair) -> None:
        assert pair.valkey is not None
        with redis.Redis.from_url(pair.addresses.redis_url) as client:
            client.config_set("requirepass", "right")

        with pytest.raises(SetUpError, match=r"^REDIS_URL does not serve: "):
            given.check_broker(f"unix://:wrong@{quote(str(pair.valkey.socket))}")
        with redis.Redis(unix_socket_path=str(pair.valkey.socket), password="right") as client:
            client.config_set("requirepass", "")

    def test_what_is_given_is_not_said_to_be_started(self, tmp_path: Path) -> None:
        both = Pair(tmp_path, database_url="postgres://a", redis_url="redis://a")

        assert "tarting" not in both.intention
        assert "starting Valkey" in Pair(tmp_path, database_url="postgres://a").intention
        assert "starting PostgreSQL" in Pair(tmp_path, redis_url="redis://a").intention
        assert Pair(tmp_path).intention == "Starting PostgreSQL and Valkey …"
