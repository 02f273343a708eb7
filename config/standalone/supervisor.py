"""Starts everything in order, keeps it running, and stops it in the opposite order."""

import contextlib
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from types import FrameType

from config.standalone import announcement, commands, ports, processes, sinks
from config.standalone.child import Child
from config.standalone.errors import SetUpError
from config.standalone.home import CHECKOUT, Home
from config.standalone.make import Make
from config.standalone.pair import Pair
from config.standalone.watch import Watch

LOCK_PATIENCE = 5.0
STOP_SECONDS = 10.0
FIRST_PAGE_SECONDS = 120.0
TICK = 0.1
WEB_FAILURES = 5


class Interrupted(BaseException):
    """Somebody asked us to stop; a BaseException so that no clean-up code swallows it."""


class Supervisor:
    """One running installation over one home folder."""

    def __init__(self, home: Home, *, port: int) -> None:
        self.home, self.wanted_port = home, port
        self.children: list[Child] = []
        self.passing: Child | None = None
        self.make = Make(os.getppid())
        self.environment: dict[str, str] = {}
        # A real installation wants neither the demo's workspace nor its sinks.
        self.with_demo = os.environ.get("RONDO_DEMO", "1") not in {"0", "no", "false"}

    def run(self) -> None:
        """Serve until a signal; whatever ends us, everything we started is stopped."""
        with _signals(), contextlib.ExitStack() as stack:
            pair = self._pair()
            pair.check_given()
            stack.enter_context(_owned(self.home))
            listener = stack.enter_context(self._open_listener())
            stack.callback(pair.stop)
            stack.callback(self._stop_children)
            demo_sinks = self._start_sinks()
            announcement.say(pair.intention)
            self.environment |= pair.start().environment()
            self._publish(pair)
            self._wait_for_sinks(demo_sinks)
            self._bring_up(listener, pair)
            servers = Watch(pair)
            while True:
                self._watch()
                servers.look()
                time.sleep(TICK)

    def _open_listener(self) -> socket.socket:
        listener = ports.open_listener(self.wanted_port)
        port = listener.getsockname()[1]
        if self.wanted_port not in {0, port}:
            announcement.say(f"{ports.refusal(self.wanted_port)}; using {port}.")
        self.environment = self._common_environment(f"http://{ports.ADDRESS}:{port}")
        return listener

    def _common_environment(self, url: str) -> dict[str, str]:
        given = {"PUBLIC_URL": url} | dict(os.environ)
        return given | {
            "RONDO_HOME": str(self.home.folder),
            "SECRET_KEY": os.environ.get("SECRET_KEY") or self.home.secret_key(create=True),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONUNBUFFERED": "1",
            # The demo's gateways listen on this machine.
            **({"EGRESS_ALLOW_LOOPBACK": "1"} if self.with_demo else {}),
        }

    def _pair(self) -> Pair:
        return Pair(
            self.home.folder,
            database_url=os.environ.get("DATABASE_URL", ""),
            redis_url=os.environ.get("REDIS_URL", ""),
        )

    def _publish(self, pair: Pair, **more: str) -> None:
        url = self.environment["PUBLIC_URL"]
        self.home.publish(pair.addresses, sockets=pair.sockets, url=url, **more)

    def _start_sinks(self) -> Child | None:
        if not (self.with_demo and sinks.exist()):
            return None
        return self._start("sinks", commands.sinks(self.home.sinks))

    def _wait_for_sinks(self, child: Child | None) -> None:
        if child is not None:
            self._await(child, lambda: sinks.are_ready(self.home, child.pid))

    def _bring_up(self, listener: socket.socket, pair: Pair) -> None:
        """Migrate while the web imports; the others only when the first page is there.

        Each imports Django for seconds: more than two at a time on two cores, and all are late.
        """
        marker = self.home.published.with_name("migrated")
        marker.unlink(missing_ok=True)
        announcement.say("Migrating …")
        alone = pair.postgres is not None
        command = commands.prepare(marker, demo=self.with_demo, alone=alone)
        prepare = self.passing = self._new_child("prepare", command)
        prepare.start()
        self.environment["RONDO_WAIT_FOR"] = str(marker)
        web = self._start("web", commands.web(f"fd://{listener.fileno()}"), [listener.fileno()])
        self._await(prepare, lambda: prepare.has_ended)
        self._await(web, lambda: _answers(listener.getsockname()[1]))
        self._start("worker", commands.worker())
        self._start("beat", commands.beat(self.home.published.with_name("beat-schedule")))
        self._publish(pair, state="ready")
        announcement.ready(self.home, self.environment["PUBLIC_URL"])

    def _await(self, child: Child, ready: Callable[[], bool]) -> None:
        """Wait for a step of the start; during it any death is the end, not a reason to retry."""
        deadline = time.monotonic() + FIRST_PAGE_SECONDS
        while True:
            dead = next((each for each in (child, *self.children) if each.has_failed), None)
            if dead is None and ready():
                return
            if dead is not None or time.monotonic() > deadline:
                late = dead or child
                ending = processes.last_lines(late.log)
                raise SetUpError(f"{late.name} failed; the end of {late.log}:\n{ending}")
            self._heed_make()
            time.sleep(TICK)

    def _start(self, name: str, command: Sequence[str], keep_fds: Sequence[int] = ()) -> Child:
        child = self._new_child(name, command, keep_fds)
        self.children.append(child)
        child.start()
        return child

    def _new_child(self, name: str, command: Sequence[str], keep_fds: Sequence[int] = ()) -> Child:
        return Child(
            name=name,
            command=command,
            log=self.home.logs / f"{name}.log",
            environment=self.environment,
            folder=CHECKOUT,
            keep_fds=keep_fds,
        )

    def _heed_make(self) -> None:
        if self.make.was_interrupted:
            announcement.say("Stopping …")
            raise Interrupted

    def _watch(self) -> None:
        self._heed_make()
        for child in self.children:
            news = child.watch()
            if news:
                announcement.warn(news)
            if child.name == "web" and child.failures >= WEB_FAILURES:
                raise SetUpError("The web server keeps dying; see its log above.")

    def _stop_children(self) -> None:
        """Nobody is asked twice, and all of them leave at the same time."""
        deadline = time.monotonic() + STOP_SECONDS
        everyone = [*reversed(self.children), *([self.passing] if self.passing else [])]
        for child in everyone:
            child.ask_to_stop()
        for child in everyone:
            child.finish(deadline - time.monotonic())


def _answers(port: int) -> bool:
    """Whether the web serves the first page; an answer that is a fault of ours is said aloud."""
    try:
        urllib.request.urlopen(f"http://{ports.ADDRESS}:{port}/", timeout=10).close()
    except urllib.error.HTTPError as error:
        announcement.warn(f"The first page answers {error.code}; see web.log.")
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _owned(home: Home) -> Iterator[None]:
    home.create()
    with home.held(LOCK_PATIENCE):
        home.forget_published()
        try:
            yield
        finally:
            home.forget_published()


@contextlib.contextmanager
def _signals() -> Iterator[None]:
    """Turn the first request to stop into an exception; later ones change nothing.

    The handlers are set explicitly: a shell that starts us with `&` leaves SIGINT ignored.
    """
    wanted = {signal.SIGINT, signal.SIGTERM}
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        wanted.add(signal.SIGHUP)

    def handle(_number: int, _frame: FrameType | None) -> None:
        for number in wanted:
            signal.signal(number, signal.SIG_IGN)
        announcement.say("Stopping …")
        raise Interrupted

    if os.environ.get("MAKELEVEL"):
        # A killed make must not leave us serving behind its back.
        processes.die_with_parent(signal.SIGTERM)
    for number in wanted:
        signal.signal(number, handle)
    try:
        yield
    finally:
        sys.stdout.flush()
