"""A newcomer finds every module of the kernel in ARCHITECTURE.md, by what it is for."""

import re

from tests.architecture.sources import ROOT

# Known to everybody who knows Django.
USUAL = {"__init__", "apps", "urls"}


def named() -> list[str]:
    """The modules that the table of rooms names."""
    chapter = (ROOT / "ARCHITECTURE.md").read_text().partition("## Rooms of the kernel")[2]
    table = [line for line in chapter.partition("\n## ")[0].splitlines() if line.startswith("|")]
    return re.findall(r"`([a-z_]+)`", "\n".join(table))


def test_every_module_of_the_kernel_has_one_room() -> None:
    modules = {path.stem for path in (ROOT / "core").glob("*.py")} - USUAL

    assert sorted(named()) == sorted(modules)
