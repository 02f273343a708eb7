"""Celery tasks of the kernel: each wakes a poller and carries nothing."""

import logging

from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from core.polling import poll_once

logger = logging.getLogger(__name__)


@shared_task(name="core.tasks.tick")
def tick() -> None:
    """Do whatever is due."""
    poll_once()


def wake(queue: str) -> None:
    """Ask a worker to look now. A broker that is down costs latency, never work."""
    if not settings.CELERY_BROKER_URL:
        return
    try:
        tick.apply_async(retry=False)
    except OperationalError as error:
        logger.warning("no wake-up for %s: %s", queue, type(error).__name__)
