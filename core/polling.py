"""The poll registry: what every worker looks for by itself, so that a lost wake-up is latency."""

import logging
from collections.abc import Callable

from django.db import close_old_connections

logger = logging.getLogger(__name__)
_pollers: dict[str, Callable[[], int]] = {}


def register(name: str, poll: Callable[[], int]) -> None:
    """Add a poller: it does what is due, at most one batch, and returns how much it did."""
    _pollers[name] = poll


def poll_once() -> int:
    """Run every poller once; one that fails is logged and does not stop the others."""
    close_old_connections()
    done = sum(_guarded(name, poll) for name, poll in list(_pollers.items()))
    close_old_connections()
    return done


def _guarded(name: str, poll: Callable[[], int]) -> int:
    try:
        return poll()
    except Exception:
        logger.exception("poller %s failed; it will be tried again", name)
        return 0
