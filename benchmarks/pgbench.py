"""TPC-B of PostgreSQL's own tool, on the server in the settings."""

import re
import subprocess
from pathlib import Path

from django.db import connection

from config.standalone import account, postgres


class Pgbench:
    """TPC-B of PostgreSQL's own tool, prepared, on the same server with the same durability."""

    def __init__(self, scale: int, clients: int, seconds: int) -> None:
        self.clients, self.seconds = clients, seconds
        self.program = postgres.find_binaries(account.for_servers()).folder / "pgbench"
        if not self.program.exists():
            self.program = Path("pgbench")
        settings = connection.settings_dict
        host = settings["HOST"] or settings.get("OPTIONS", {}).get("host", "")
        self.where = ["-h", str(host), "-U", str(settings["USER"]), str(settings["NAME"])]
        self._call("-i", "-q", "-s", str(scale))

    def run(self) -> float:
        """Transactions a second."""
        said = self._call(
            "-n", "-M", "prepared", "-c", str(self.clients), "-j", "2", "-T", str(self.seconds)
        )
        found = re.search(r"tps = ([0-9.]+)", said)
        assert found is not None, said
        return float(found[1])

    def drop(self) -> None:
        self._call("-i", "-I", "d")

    def _call(self, *words: str) -> str:
        done = subprocess.run(
            [self.program, *words, *self.where], check=True, capture_output=True, text=True
        )
        return done.stdout
