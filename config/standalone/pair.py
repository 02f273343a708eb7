"""Starts PostgreSQL and Valkey together, those of the two that nobody has given us."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from config.standalone import account, given, places
from config.standalone.postgres import Postgres
from config.standalone.valkey import Valkey

# By which of the two are given.
INTENTIONS = {
    (False, False): "Starting PostgreSQL and Valkey …",
    (True, False): "Using the PostgreSQL of DATABASE_URL; starting Valkey …",
    (False, True): "Using the server of REDIS_URL; starting PostgreSQL …",
    (True, True): "Using the servers of DATABASE_URL and REDIS_URL …",
}


@dataclass(frozen=True)
class Addresses:
    """Where the two servers are; the names are those of the environment variables."""

    database_url: str
    redis_url: str

    def environment(self) -> dict[str, str]:
        """What a process that uses the servers must find in its environment."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


class Pair:
    """The two servers over one home folder; an address that is given is taken as it is."""

    def __init__(
        self,
        home: Path,
        *,
        database_url: str = "",
        redis_url: str = "",
        durable: bool = True,
    ) -> None:
        self.home, self.durable = home, durable
        self.database_url, self.redis_url = database_url, redis_url
        self.account = account.for_servers()
        self.sockets: Path | None = None
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None

    @property
    def addresses(self) -> Addresses:
        """Of the given servers, or of those started."""
        return Addresses(
            database_url=self.postgres.url if self.postgres else self.database_url,
            redis_url=self.valkey.url if self.valkey else self.redis_url,
        )

    @property
    def intention(self) -> str:
        """What `start` is about to do, in words."""
        return INTENTIONS[bool(self.database_url), bool(self.redis_url)]

    def check_given(self) -> None:
        """Refuse, before anything is started, given servers that cannot be used."""
        if self.database_url:
            given.check_database(self.database_url, to_migrate=True)
        if self.redis_url:
            given.check_broker(self.redis_url)

    def start(self) -> Addresses:
        """Start what is not given; everything is stopped again when one of them fails."""
        logs = self.home / "logs"
        logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.sockets = places.socket_folder(self.account)
        try:
            if not self.redis_url:
                self.valkey = self._new_valkey(self.sockets, logs)
                self.valkey.start()
            if not self.database_url:
                self.postgres = self._new_postgres(self.sockets, logs)
                self.postgres.start()
        except BaseException:
            self.stop()
            raise
        return self.addresses

    def stop(self) -> None:
        """Stop what we started and remove its sockets; the data stay."""
        if self.valkey is not None:
            self.valkey.stop()
        if self.postgres is not None:
            self.postgres.stop()
        if self.sockets is not None:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _new_postgres(self, sockets: Path, logs: Path) -> Postgres:
        return Postgres(
            data=places.data_folder(self.home, "postgres", self.account),
            sockets=sockets,
            log=logs / "postgres.log",
            account=self.account,
            durable=self.durable,
        )

    def _new_valkey(self, sockets: Path, logs: Path) -> Valkey:
        return Valkey(
            data=places.data_folder(self.home, "valkey", self.account),
            sockets=sockets,
            log=logs / "valkey.log",
            account=self.account,
        )
