"""Starts the sinks as a child process, for tests, benchmarks and fault injection."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

import httpx
import orjson

from demo.sinks.accept_log import read_log

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class RunningSinks:
    """A started pair: where it is, what it accepted, how it behaves."""

    home: Path
    process: subprocess.Popen[bytes]
    smtp_port: int
    sms_url: str
    control_url: str
    webhook_secret: str

    def configure(self, **changes: Any) -> None:
        """Change personalities: `configure(sms={"faults": [{"kind": "429"}]})`."""
        answer = httpx.patch(
            self.control_url, content=orjson.dumps(changes), trust_env=False, timeout=10
        )
        answer.raise_for_status()

    def counts(self) -> dict[str, int]:
        shown = httpx.get(self.control_url, trust_env=False, timeout=10).json()
        return dict(shown["counts"])

    def accepted(self, sink: Literal["smtp", "sms"]) -> list[dict[str, Any]]:
        """The accept log, oldest first."""
        return read_log(self.home / f"{sink}.jsonl")

    def stop(self) -> int:
        """End it in order; the exit status."""
        self.process.terminate()
        return self.process.wait(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()


def start(home: Path, *arguments: str) -> RunningSinks:
    """Start `python -m demo.sinks` and wait until both sinks listen."""
    command = [sys.executable, "-m", "demo.sinks", "--home", str(home), *arguments]
    process = subprocess.Popen(command, cwd=ROOT)  # noqa: S603
    found = _addresses(home / "sinks.json", process)
    return RunningSinks(
        home=home,
        process=process,
        smtp_port=found["smtp_port"],
        sms_url=found["sms_url"],
        control_url=found["control_url"],
        webhook_secret=found["webhook_secret"],
    )


def _addresses(path: Path, process: subprocess.Popen[bytes]) -> dict[str, Any]:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if path.exists():
            found: dict[str, Any] = orjson.loads(path.read_bytes())
            if found["pid"] == process.pid:
                return found
        time.sleep(0.02)
    process.kill()
    raise RuntimeError("the sinks did not start")
