"""An installation that was cut off is made whole by the next `make up`."""

import subprocess
from pathlib import Path

import pytest

from config.standalone.home import CHECKOUT

LOCK = "requirements/up.txt"


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A virtual environment whose uv writes down what it was asked, and fails if told to."""
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\ntest ! -e {tmp_path}/fail\n')
    pip = tmp_path / "bin" / "python"
    pip.write_text("#!/bin/sh\nexit 1\n")
    uv.chmod(0o755)
    pip.chmod(0o755)
    return tmp_path


def install(environment: Path) -> int:
    command = ["sh", "config/install.sh", str(environment / "bin"), LOCK]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, check=False).returncode


def asked(environment: Path) -> str:
    return (environment / "asked").read_text()


def test_what_was_cut_off_is_installed_anew(environment: Path) -> None:
    (environment / "fail").touch()
    first = install(environment)
    asked_first = asked(environment)
    (environment / "fail").unlink()

    again = install(environment)

    assert (first, again) == (1, 0)
    assert "--reinstall" not in asked_first
    assert "--reinstall" in asked(environment)


def test_what_ended_well_is_not(environment: Path) -> None:
    install(environment)
    install(environment)

    assert "--reinstall" not in asked(environment)


def test_an_environment_left_half_made_is_made_anew(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to("/bin/false")
    (venv / ".making").touch()

    command = ["make", f"VENV={venv}", f"{venv}/bin/python"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert not (venv / ".making").exists()
    subprocess.run([venv / "bin" / "python", "-m", "pip", "--version"], check=True)
