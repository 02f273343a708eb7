"""Celery tasks of the kernel: each wakes a lane of pollers and carries nothing else."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from core.polling import LANES, Lane, lane_of, poll_once

logger = logging.getLogger(__name__)


@shared_task(name="core.tasks.look")
def look(lane: Lane) -> None:
    """Do whatever is due in a lane."""
    poll_once(lane)


@shared_task(name="core.tasks.tick")
def tick() -> None:
    """The beat: have both lanes looked at."""
    for lane in LANES:
        look.apply_async(args=(lane,))


def wake(poller: str) -> None:
    """Ask a worker to look now. A broker that is down costs latency, never work."""
    try:
        look.apply_async(args=(lane_of(poller),), retry=False)
    except OperationalError as error:
        logger.warning("no wake-up for %s: %s", poller, type(error).__name__)
