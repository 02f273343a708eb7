"""What the supervisor tells the person who started it."""

import json
import sys
from typing import Any

from config.standalone.home import Home, write_private


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def warn(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def ready(home: Home, url: str) -> None:
    """Print the address and the demo's logins, and keep both in demo.json for programs."""
    say(f"\nRondo is ready: {url}")
    demo = _demo(home)
    if demo:
        write_private(home.demo, json.dumps(demo | {"url": url}, indent=2) + "\n")
        for login in demo.get("logins", []):
            say(f"  {login['email']} / {login['password']}  ({login['role']})")
        say(f"  API key for integrators: see {home.demo}")
    say(f"Data and logs: {home.folder}\nCtrl-C stops everything.")


def _demo(home: Home) -> dict[str, Any] | None:
    try:
        words: dict[str, Any] = json.loads(home.demo.read_text())
    except (OSError, ValueError):
        return None
    return words
