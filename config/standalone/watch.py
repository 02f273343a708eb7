"""Starts a server of ours again when it has died, and gives up on one that will not live."""

import time

from config.standalone import announcement, processes
from config.standalone.child import CALM_SECONDS
from config.standalone.errors import SetUpError
from config.standalone.pair import Pair
from config.standalone.postgres import Postgres
from config.standalone.valkey import Valkey


class Watch:
    """Both servers, and when each was started again."""

    def __init__(self, pair: Pair) -> None:
        self._servers: dict[str, Postgres | Valkey | None] = {
            "PostgreSQL": pair.postgres,
            "Valkey": pair.valkey,
        }
        self._revived: dict[str, float] = {}

    def look(self) -> None:
        """Start what has died; whoever uses it connects anew by itself."""
        for name, server in self._servers.items():
            if server is not None and server.has_ended:
                self._revive(name, server)

    def _revive(self, name: str, server: Postgres | Valkey) -> None:
        ending = f"the end of {server.log}:\n{processes.last_lines(server.log)}"
        now = time.monotonic()
        if now - self._revived.get(name, -CALM_SECONDS) < CALM_SECONDS:
            raise SetUpError(f"{name} died again; {ending}")
        self._revived[name] = now
        announcement.warn(f"{name} died; starting it again. {ending[0].upper()}{ending[1:]}")
        server.start()
