"""An append-only JSON Lines file of what a sink accepted: the truth that tests judge by."""

import os
import time
from pathlib import Path
from typing import Any

import orjson


class AcceptLog:
    """One file; a line is in it before the sender hears that the message was taken."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def append(self, **line: Any) -> None:
        line["at"] = time.time()
        os.write(self._file, orjson.dumps(line) + b"\n")

    def close(self) -> None:
        os.close(self._file)


def read_log(path: Path) -> list[dict[str, Any]]:
    """Every whole line of a log; none when there is no log yet."""
    if not path.exists():
        return []
    return [orjson.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]
