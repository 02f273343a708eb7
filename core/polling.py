"""The poll registry: what every worker looks for by itself, so that a lost wake-up is latency.

Pollers stand in two lanes, so that an import of an hour does not hold up a send: "fast" ones do
a batch and return, "long" ones may take a job to its end. A worker runs each lane in a thread.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.db import close_old_connections

logger = logging.getLogger(__name__)
Lane = Literal["fast", "long"]
LANES: tuple[Lane, ...] = ("fast", "long")


@dataclass(frozen=True)
class _Poller:
    poll: Callable[[], int]
    lane: Lane


_pollers: dict[str, _Poller] = {}


def register(name: str, poll: Callable[[], int], *, lane: Lane = "fast") -> None:
    """Add a poller: it does what is due and returns how much it did."""
    _pollers[name] = _Poller(poll, lane)


def lane_of(name: str) -> Lane:
    """The lane in which a poller stands; an unknown one is fast."""
    return _pollers[name].lane if name in _pollers else "fast"


def poll_once(lane: Lane | None = None) -> int:
    """Run every poller (of one lane) once; one that fails is logged and stops no other."""
    close_old_connections()
    chosen = [(n, p) for n, p in list(_pollers.items()) if lane in (None, p.lane)]
    done = sum(_guarded(name, each.poll) for name, each in chosen)
    close_old_connections()
    return done


def _guarded(name: str, poll: Callable[[], int]) -> int:
    try:
        return poll()
    except Exception:
        logger.exception("poller %s failed; it will be tried again", name)
        return 0
