"""What an installation leaves alone, and what it says of a folder that it cannot use."""

from pathlib import Path

import pytest

from config.standalone.__main__ import main
from config.standalone.errors import SetUpError
from config.standalone.home import Home
from config.standalone.pair import Addresses
from config.standalone.places import SOCKETS_PREFIX


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.create()
    return made


def sockets(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / f"{SOCKETS_PREFIX}{name}"
    folder.mkdir()
    return folder


def test_the_sockets_of_given_servers_outlive_a_run(home: Home, tmp_path: Path) -> None:
    mine, given = sockets(tmp_path, "mine"), sockets(tmp_path, "given")
    addresses = Addresses(
        database_url=f"postgres://rondo@/rondo?host={given}",
        redis_url=f"unix://{given}/valkey.sock",
    )
    home.publish(addresses, sockets=mine, url="http://127.0.0.1:8000")

    home.forget_published()

    assert (given.exists(), mine.exists()) == (True, False)
    assert home.read_published() == {}


def test_a_folder_of_another_kind_is_not_removed(home: Home, tmp_path: Path) -> None:
    """Whatever is written in the file of addresses."""
    home.publish(Addresses(database_url="", redis_url=""), sockets=tmp_path)

    home.forget_published()

    assert tmp_path.exists()


@pytest.mark.parametrize("place", ["a-file", "a-file/below"])
def test_a_home_that_cannot_be_is_refused_in_a_line(tmp_path: Path, place: str) -> None:
    (tmp_path / "a-file").write_text("")

    with pytest.raises(SetUpError, match="RONDO_HOME cannot be"):
        Home(tmp_path / place).create()


@pytest.mark.parametrize("port", ["99999", "-1", "x", "8000.0"])
def test_a_port_that_cannot_be_is_refused_in_a_line(
    port: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", port)
    monkeypatch.setattr("sys.argv", ["config.standalone", "up"])

    assert main() == 1
    assert capsys.readouterr().err == "PORT must be a number from 0 to 65535.\n"
