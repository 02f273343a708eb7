"""The relay: hands facts to subscribers, once, in one transaction with the mark that it did."""

import logging
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from psycopg2.errors import LockNotAvailable

from core.models import Event
from core.polling import Lane
from core.subscriptions import names_of_long, subscribers_of

logger = logging.getLogger(__name__)
# Facts a transaction: one of the long lane may take minutes, and must not undo another's work.
BATCH: dict[Lane, int] = {"fast": 200, "long": 1}
PARK_AFTER = 8
LOCK_TIMEOUT = "500ms"
BUSY_WAIT = timedelta(seconds=5)


class LockTimeout(Exception):
    """Somebody else holds the rows that a fact is about: a large import, say."""


def relay_due(lane: Lane = "fast") -> int:
    """Relay the waiting facts of a lane until none is due; returns how many were relayed."""
    total = 0
    while done := _relay_batch(lane):
        total += done
    return total


def _relay_batch(lane: Lane) -> int:
    """In the fast lane no fact waits long for rows that another holds, nor those behind it."""
    done = 0
    with transaction.atomic():
        if lane == "fast":
            _wait_shortly()
        for event in _claim(lane):
            try:
                done += _relay_one(event)
            except LockTimeout:
                _come_back(event)
                break
    return done


def _wait_shortly() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])


def _come_back(event: Event) -> None:
    """Not a failure: whoever holds the rows lets them go."""
    Event.unscoped.filter(pk=event.pk).update(next_try_at=Now() + BUSY_WAIT)


def _claim(lane: Lane) -> list[Event]:
    is_long = Q(name__in=names_of_long())
    waiting = Event.unscoped.filter(
        is_long if lane == "long" else ~is_long,
        relayed_at=None, parked_at=None, next_try_at__lte=Now(),
    )  # fmt: skip
    oldest = waiting.order_by("next_try_at", "id").select_for_update(skip_locked=True)
    return list(oldest[: BATCH[lane]])


def _relay_one(event: Event) -> int:
    """Give one fact to its subscribers in a savepoint; a failure postpones or parks it."""
    try:
        with transaction.atomic():
            for subscriber in subscribers_of(event.name):
                subscriber(event)
    except Exception as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise LockTimeout from error
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
