"""Finds a Chromium for the browser tests, installs one where it can, and opens it for a test."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# Without a sandbox only where there cannot be one: root in a container.
ARGUMENTS = ["--no-sandbox"] if os.geteuid() == 0 else []


def find_chromium() -> str | None:
    """The path of a Chromium: CHROMIUM, then the system's, then Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for name in NAMES:
        path = shutil.which(name)
        if path is not None:
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the session; a test opens its own context."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield opened
        opened.close()


def _install() -> None:
    """Debian's package for root, Playwright's download for anybody else."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stdout.write("Installing Chromium with apt-get …\n")
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", "-qq", *words], env=environment, check=False, **quiet)  # type: ignore[call-overload]
    else:
        sys.stdout.write("Installing Playwright's Chromium …\n")
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, check=False, **quiet)  # type: ignore[call-overload]


def _works(path: str) -> bool:
    try:
        with sync_playwright() as playwright:
            playwright.chromium.launch(executable_path=path, args=ARGUMENTS).close()
    except Error:
        return False
    return True


def main() -> int:
    """Make sure that there is a Chromium that starts; 1 and one line when there cannot be."""
    if find_chromium() is None:
        _install()
    path = find_chromium()
    if path is not None and _works(path):
        return 0
    sys.stderr.write(
        "The browser tests need Chromium, and it could not be installed here: "
        "install the package 'chromium', or set CHROMIUM to its path.\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
