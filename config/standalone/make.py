"""Notices what happens to the `make` that started us, which make itself does not pass on."""

import os
import signal
from pathlib import Path

INTERRUPT = 1 << (signal.SIGINT - 1)


class Make:
    """The parent of `make up`.

    A SIGTERM make passes on, and Ctrl-C in a terminal reaches everybody. But a SIGINT sent to
    make alone makes it wait for us in silence: all that can be seen is that it no longer catches
    the signal.
    """

    def __init__(self, parent: int) -> None:
        self._status = Path(f"/proc/{parent}/status")
        self._is_make = bool(os.environ.get("MAKELEVEL")) and self._catches_interrupt()

    @property
    def was_interrupted(self) -> bool:
        """Whether make has been asked to stop and now waits for us."""
        return self._is_make and not self._catches_interrupt()

    def _catches_interrupt(self) -> bool:
        try:
            lines = self._status.read_text().splitlines()
        except OSError:
            return False
        caught = next((line for line in lines if line.startswith("SigCgt:")), "SigCgt: 0")
        return bool(int(caught.split()[1], 16) & INTERRUPT)
