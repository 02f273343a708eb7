"""One supervised process: started, watched, restarted with back-off, stopped."""

import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.standalone import processes

LONGEST_PAUSE = 30.0
CALM_SECONDS = 60.0


@dataclass
class Child:
    """A part of the product; `command` is run again when it dies."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    folder: Path
    keep_fds: Sequence[int] = ()
    failures: int = 0
    process: subprocess.Popen[bytes] | None = None
    _started_at: float = field(default=0.0)
    _due_at: float = field(default=0.0)

    def start(self) -> None:
        """Start it; its output is appended to its log."""
        self._started_at = time.monotonic()
        self.process = processes.spawn(
            self.command,
            log=self.log,
            environment=self.environment,
            folder=self.folder,
            keep_fds=self.keep_fds,
        )

    @property
    def pid(self) -> int:
        """Of the running process; 0 while there is none."""
        return self.process.pid if self.process else 0

    @property
    def has_ended(self) -> bool:
        """Whether it ended well."""
        return self.process is not None and self.process.poll() == 0

    @property
    def has_failed(self) -> bool:
        """Whether it ended badly since it was last started, or waits to be started again."""
        return self.process is None or self.process.poll() not in {None, 0}

    def watch(self) -> str:
        """Restart it when its pause is over; say what happened when it has just died."""
        if self.process is None:
            if self._due_at and time.monotonic() >= self._due_at:
                self.start()
            return ""
        code = self.process.poll()
        if code is None:
            return ""
        return self._buried(code)

    def ask_to_stop(self) -> None:
        """Send SIGTERM; who has children of its own passes it on."""
        self._due_at = 0.0
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def finish(self, patience: float) -> None:
        """Wait for the end; after `patience` seconds, kill it with all that it started."""
        if self.process is not None:
            processes.finish(self.process, patience)

    def _buried(self, code: int) -> str:
        calm = time.monotonic() - self._started_at > CALM_SECONDS
        self.failures = 1 if calm else self.failures + 1
        pause = min(2.0 ** (self.failures - 1), LONGEST_PAUSE)
        self.process = None
        self._due_at = time.monotonic() + pause
        return (
            f"{self.name} ended with {code}; again in {pause:.0f} s. The end of {self.log}:\n"
            f"{processes.last_lines(self.log)}"
        )
