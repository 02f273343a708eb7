"""The demo's local mail and SMS sinks: when they listen, and whether there are any."""

import importlib.util
import json

from config.standalone.home import Home


def exist() -> bool:
    """An installation without the demo folder has none."""
    return importlib.util.find_spec("demo.sinks.__main__") is not None


def are_ready(home: Home, pid: int) -> bool:
    """Whether the process `pid` has written where it listens.

    The file of an earlier run stays: from it the sinks take their former ports and secret.
    """
    try:
        written: object = json.loads((home.sinks / "sinks.json").read_text())["pid"]
    except (OSError, ValueError, KeyError):
        return False
    return written == pid
