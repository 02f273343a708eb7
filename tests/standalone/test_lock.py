"""The lock files hold what pyproject.toml asks for, and name no place to get it from."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from config.standalone.home import CHECKOUT

EXTRAS = {
    "app": (),
    "up": ("embedded", "sinks"),
    "dev": ("embedded", "sinks", "dev"),
}


def wanted(extras: tuple[str, ...]) -> set[str]:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return {canonicalize_name(Requirement(line).name) for line in lines}


def locked(path: Path) -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for line in path.read_text().splitlines():
        requirement = Requirement(line)
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


@pytest.mark.parametrize("name", EXTRAS)
def test_everything_that_is_asked_for_is_locked(name: str) -> None:
    assert wanted(EXTRAS[name]) <= set(locked(CHECKOUT / "requirements" / f"{name}.txt"))


@pytest.mark.parametrize("name", EXTRAS)
def test_every_locked_version_is_exact_and_comes_from_no_named_host(name: str) -> None:
    text = (CHECKOUT / "requirements" / f"{name}.txt").read_text()

    assert re.search(r"://|^-", text, re.MULTILINE) is None
    assert all("==" in line for line in text.splitlines())


def test_a_dependency_that_is_not_locked_would_be_found(tmp_path: Path) -> None:
    short = tmp_path / "short.txt"
    short.write_text("django==5.2.19\n")

    assert not wanted(()) <= set(locked(short))
