"""A newcomer finds every room of the kernel in ARCHITECTURE.md, by what it is for."""

import re

from tests.architecture.sources import ROOT

# The layers of every app, and what everybody who knows Django knows.
USUAL = {"__init__", "apps", "urls", "models", "services", "views", "migrations", "management"}
USUAL |= {"templatetags", "static"}


def named() -> list[str]:
    """What the table of rooms names."""
    chapter = (ROOT / "ARCHITECTURE.md").read_text().partition("## Rooms of the kernel")[2]
    table = [line for line in chapter.partition("\n## ")[0].splitlines() if line.startswith("|")]
    return re.findall(r"`([a-z_]+)`", "\n".join(table))


def test_every_room_of_the_kernel_is_told_of_once() -> None:
    found = (ROOT / "core").iterdir()
    rooms = {path.stem for path in found if path.suffix in {"", ".py"} and path.name[:2] != "__"}

    assert sorted(named()) == sorted(rooms - USUAL)
