"""Sender processes that a test may kill: forked from it, each with connections of its own."""

import multiprocessing
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkProcess

from django.db import connections

from campaigns.models import Run
from campaigns.services import adapters, claiming, composing, gate, outcomes, sending, upkeep
from tests import build

FORK = multiprocessing.get_context("fork")
# While one group is on the wire the next one is intended, and the one before not written down.
IN_FLIGHT = (sending.AHEAD + 1) * sending.GROUP
Turn = Callable[[], int]


def as_built() -> int:
    """One turn of the engine as it is."""
    return sending.send_due()


def without_intent() -> int:
    """The negative control: hand the messages over first and intend them afterwards."""
    upkeep.keep_up()
    batch = claiming.claim(limit=sending.GROUP)
    if batch is None:
        return 0
    adapter = adapters.adapter_of(batch.step.channel)
    content = composing.prepare(batch.step, on=build.NOON.date())
    messages, _broken = composing.compose(content=content, rows=batch.rows)
    results = sending.deliver(adapter, list(messages.values()))
    by_id = dict(zip(messages, results, strict=True))
    intents = gate.pass_through(batch=batch, rows=batch.rows)
    return outcomes.write(
        batch=batch,
        intents=intents,
        results={key: by_id[key] for key in intents},
    )


def start(turn: Turn) -> ForkProcess:
    """A process that takes turns until it is killed."""
    adapters.close_all()
    connections.close_all()
    process = FORK.Process(target=_work_apart, args=(turn,), daemon=True)
    process.start()
    return process


def _work_apart(turn: Turn) -> None:
    """In a thread of its own, where Django keeps no connection of the process that forked us.

    It keeps them by thread, and apart again while an event loop runs in it: a test that has
    opened a browser closes those of the loop, and a fork, which has no loop, finds the others.
    """
    thread = threading.Thread(target=_work, args=(turn,))
    thread.start()
    thread.join()


def _work(turn: Turn) -> None:
    while True:
        if not turn():
            time.sleep(0.02)


class Crew:
    """Some workers and a killer with a seed."""

    def __init__(self, turn: Turn, size: int, seed: int) -> None:
        self._turn = turn
        self._random = random.Random(seed)
        self._processes = [start(turn) for _ in range(size)]
        self.kills = 0

    @property
    def pids(self) -> list[int]:
        """The processes, to be stopped and woken."""
        return [process.pid for process in self._processes if process.pid]

    def kill_one(self) -> None:
        """SIGKILL one of ours and start another in its place."""
        place = self._random.randrange(len(self._processes))
        self._processes[place].kill()
        self._processes[place].join()
        self._processes[place] = start(self._turn)
        self.kills += 1

    def pause_between_kills(self) -> None:
        time.sleep(self._random.uniform(0.05, 0.2))

    def stop(self) -> None:
        for process in self._processes:
            process.kill()
            process.join()


@contextmanager
def at_work(turn: Turn, *, size: int, seed: int) -> Iterator[Crew]:
    """A crew that is gone afterwards, whatever happens."""
    crew = Crew(turn, size, seed)
    try:
        yield crew
    finally:
        crew.stop()


def see_through(run: Run, *, turn: Turn, kills: int, size: int = 3, seconds: float = 60) -> Crew:
    """Work on a run with so many kills, then until it is finished."""
    with at_work(turn, size=size, seed=run.pk + kills) as crew:
        for _ in range(kills):
            crew.pause_between_kills()
            crew.kill_one()
        wait_until_over(run, seconds)
    return crew


def wait_until_over(run: Run, seconds: float = 60) -> None:
    """Return when the run is finished, or when it takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        run.refresh_from_db()
        if run.state == "finished":
            return
        time.sleep(0.1)
