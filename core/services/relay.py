"""The relay: hands facts to subscribers, once, in one transaction with the mark that it did."""

import logging
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from core.models import Event
from core.subscriptions import subscribers_of

logger = logging.getLogger(__name__)
BATCH = 200
PARK_AFTER = 8


def relay_due() -> int:
    """Relay waiting facts until none is due; returns how many were relayed."""
    total = 0
    while done := _relay_batch():
        total += done
    return total


def _relay_batch() -> int:
    with transaction.atomic():
        events = list(_claim())
        return sum(_relay_one(event) for event in events)


def _claim() -> "list[Event]":
    waiting = Event.unscoped.filter(relayed_at=None, parked_at=None, next_try_at__lte=Now())
    return list(waiting.order_by("next_try_at", "id").select_for_update(skip_locked=True)[:BATCH])


def _relay_one(event: Event) -> int:
    """Give one fact to its subscribers in a savepoint; a failure postpones or parks it."""
    try:
        with transaction.atomic():
            for subscriber in subscribers_of(event.name):
                subscriber(event)
    except Exception as error:
        logger.exception("fact %s %s was not relayed", event.pk, event.name)
        _postpone(event, error)
        return 0
    Event.unscoped.filter(pk=event.pk).update(relayed_at=Now(), attempts=F("attempts") + 1)
    return 1


def _postpone(event: Event, error: Exception) -> None:
    """Try again in 2, 4, 8 … seconds; after PARK_AFTER tries the fact is parked and shown."""
    attempts = event.attempts + 1
    wait = timedelta(seconds=2**attempts)
    Event.unscoped.filter(pk=event.pk).update(
        attempts=attempts,
        last_error=f"{type(error).__name__}: {error}"[:500],
        next_try_at=Now() + wait,
        parked_at=Now() if attempts >= PARK_AFTER else None,
    )


def unpark(*, event: Event) -> None:
    """Let a parked fact be tried again."""
    Event.unscoped.filter(pk=event.pk, parked_at__isnull=False).update(
        parked_at=None, attempts=0, next_try_at=Now()
    )


def waiting() -> int:
    """How many facts are due now (for health and tests)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM core_event WHERE relayed_at IS NULL AND parked_at IS NULL"
        )
        return int(cursor.fetchone()[0])
