"""The demo's local mail and SMS sinks: started first, on the ports they had before."""

import importlib.util
import json
import time
from collections.abc import Callable

from config.standalone import commands, ports
from config.standalone.errors import SetUpError
from config.standalone.home import Home

READY_SECONDS = 30.0
OPTIONS = {"smtp": "smtp_port", "sms": "sms_port"}


class Sinks:
    """What the supervisor knows of `python -m demo.sinks`."""

    def __init__(self, home: Home, *, taken: int) -> None:
        self._home, self._taken = home, taken
        self._ready_file = home.sinks / "sinks.json"

    @property
    def exist(self) -> bool:
        """An installation without the demo folder has none."""
        return importlib.util.find_spec("demo.sinks.__main__") is not None

    def command(self) -> list[str]:
        """The command line, with the former ports where they are free."""
        former = self._former_ports()
        self._ready_file.unlink(missing_ok=True)
        return commands.sinks(self._home.sinks, former)

    def wait_until_ready(self, watch: Callable[[], None]) -> None:
        """Return when they have written where they listen."""
        deadline = time.monotonic() + READY_SECONDS
        while self.exist and not self._ready_file.exists():
            if time.monotonic() > deadline:
                raise SetUpError(f"The sinks did not start; see {self._home.logs}/sinks.log")
            watch()
            time.sleep(0.05)

    def _former_ports(self) -> dict[str, int]:
        try:
            words = json.loads(self._ready_file.read_text())
        except (OSError, ValueError):
            return {}
        found = {option: words.get(key) for option, key in OPTIONS.items()}
        return {
            option: port
            for option, port in found.items()
            if isinstance(port, int) and port != self._taken and ports.is_free(port)
        }
