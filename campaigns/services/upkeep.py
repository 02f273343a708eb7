"""Takes up what dead workers left, resolves what is in doubt, and closes runs that are over."""

import logging
from datetime import timedelta

from django.db import connection, transaction

from campaigns.channels.base import Accepted, NotAccepted, Refused, Result
from campaigns.models import Channel, Delivery, Run
from campaigns.rules.run_clock import business_sql
from campaigns.services import adapters, cascade
from campaigns.services.locks import database_time
from core.services import events

logger = logging.getLogger(__name__)
LIMIT = 500
# What nobody could prove after this long is a failure.
AGED = timedelta(hours=72)
LOOK_AGAIN = timedelta(seconds=30)
_UNCLAIM = """
WITH lost AS (
    SELECT id FROM campaigns_delivery WHERE state = 'claimed' AND lease_until < now()
    ORDER BY lease_until LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE campaigns_delivery AS delivery
SET state = 'queued', lease_token = NULL, lease_until = NULL
FROM lost WHERE delivery.id = lost.id
"""
# Sent by a worker that never came back. A receipt proves that it was taken; a provider that
# remembers keys may be asked again under the same key; anything else is in doubt.
_LOST = f"""
WITH lost AS (
    SELECT delivery.id, step.channel_id, step.price_micros,
           {business_sql("clock_timestamp()")} AS business,
           COALESCE(delivered_at, read_at, clicked_at) IS NOT NULL AS is_proven,
           EXTRACT(epoch FROM clock_timestamp() - intent_at) AS age
    FROM campaigns_delivery AS delivery
    JOIN campaigns_runstep AS step ON step.id = delivery.step_id
    JOIN campaigns_run AS run ON run.id = delivery.run_id
    WHERE delivery.state = 'sending' AND lease_until < now()
    ORDER BY lease_until LIMIT %(limit)s FOR UPDATE OF delivery SKIP LOCKED
)
UPDATE campaigns_delivery AS delivery SET
    state = CASE WHEN is_proven THEN 'accepted' WHEN age < memory.seconds THEN 'queued'
            ELSE 'unknown' END,
    reason = CASE WHEN is_proven THEN '' ELSE 'worker_lost' END,
    provider_message_id = CASE WHEN is_proven THEN 'd' || delivery.id
                          ELSE delivery.provider_message_id END,
    accepted_at = CASE WHEN is_proven THEN business END,
    cost_micros = CASE WHEN is_proven THEN lost.price_micros ELSE 0 END,
    lease_token = NULL, lease_until = NULL
FROM lost JOIN unnest(%(channels)s::bigint[], %(memories)s::float[]) AS memory(channel_id, seconds)
    USING (channel_id)
WHERE delivery.id = lost.id RETURNING delivery.id, delivery.state
"""  # noqa: S608 - constants
# Runs in which nothing waits any more.
_QUIET_RUNS = """
SELECT run.id FROM campaigns_run AS run
WHERE run.state = 'running' AND NOT EXISTS (
    SELECT 1 FROM campaigns_delivery
    WHERE run_id = run.id AND state IN ('queued', 'claimed', 'sending')
)
"""
# People who stand on a step that is settled and were never given the next one.
_STRANDED = """
SELECT delivery.id FROM campaigns_delivery AS delivery
JOIN campaigns_runstep AS step ON step.id = delivery.step_id
JOIN campaigns_runstep AS next ON next.run_id = step.run_id AND next.position = step.position + 1
WHERE delivery.run_id = %s AND NOT EXISTS (
    SELECT 1 FROM campaigns_delivery AS later
    WHERE later.run_id = delivery.run_id AND later.step_id = next.id
      AND later.customer_id = delivery.customer_id
)
"""


def keep_up() -> None:
    """What any worker does before it looks for work."""
    reap()
    reconcile()
    finish()


def reap() -> int:
    """Take back expired leases; returns how many deliveries were taken up."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_UNCLAIM, [LIMIT])
        count = int(cursor.rowcount)
    return count + _take_up_lost()


@transaction.atomic
def _take_up_lost() -> int:
    leased = Delivery.unscoped.filter(state="sending")
    channels = list(Channel.unscoped.filter(pk__in=leased.values("step__channel")))
    if not channels:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _LOST,
            {
                "limit": LIMIT,
                "channels": [channel.pk for channel in channels],
                "memories": [adapters.memory_of(channel) for channel in channels],
            },
        )
        found = list(cursor.fetchall())
    cascade.advance(delivery_ids=[key for key, state in found if state in cascade.SETTLED])
    return len(found)


def reconcile() -> int:
    """Ask providers that answer about deliveries in doubt; returns how many were resolved."""
    doubtful = Delivery.unscoped.filter(state="unknown").select_related("step__channel", "run")
    now = database_time()
    due = doubtful.filter(due_at__lt=now - LOOK_AGAIN).order_by("due_at")[:50]
    return sum(_look_up(delivery) for delivery in due)


def _look_up(delivery: Delivery) -> bool:
    now = database_time()
    answer = _receipt_of(delivery) or _asked(delivery)
    is_aged = delivery.intent_at is None or now - delivery.intent_at > AGED
    changes = _proven(delivery, answer) or ({"state": "failed"} if is_aged else {})
    # `due_at` of a doubtful delivery is when we last asked.
    mine = Delivery.unscoped.filter(pk=delivery.pk, state="unknown")
    mine.update(**changes, due_at=now)
    return bool(changes)


def _receipt_of(delivery: Delivery) -> Result | None:
    """What was delivered, read or clicked was taken."""
    facts = (delivery.delivered_at, delivery.read_at, delivery.clicked_at)
    return Accepted("") if any(facts) else None


def _asked(delivery: Delivery) -> Result | None:
    """The provider's word; one that fails to give it is asked again later, and stops nobody."""
    adapter = adapters.at_hand(delivery.step.channel)
    if adapter is None or not adapter.capabilities.lookup_by_ref:
        return None
    try:
        return adapter.lookup(str(delivery.pk))
    except Exception as error:  # noqa: BLE001 - before each turn of all workers
        logger.error("delivery %s cannot be looked up: %s", delivery.pk, type(error).__name__)  # noqa: TRY400
        return None


def _proven(delivery: Delivery, answer: Result | None) -> dict[str, object]:
    """What a provider's answer makes of a delivery in doubt; marketing is never sent again."""
    match answer:
        case Accepted(message_id, units, cost):
            price = delivery.step.price_micros * units
            return {
                "state": "accepted",
                "reason": "",
                "provider_message_id": message_id or f"d{delivery.pk}",
                "segments": units,
                "cost_micros": price if cost is None else cost,
                "accepted_at": delivery.intent_business_at,
            }
        case Refused(reason):
            return {"state": "failed", "reason": reason[:48]}
        case NotAccepted():
            return {"state": "failed", "reason": "never_accepted"}
    return {}


def finish() -> int:
    """Close runs in which everybody's last step is settled; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_QUIET_RUNS)
        quiet = [row[0] for row in cursor.fetchall()]
    return sum(_finish(run_id) for run_id in quiet)


@transaction.atomic
def _finish(run_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_STRANDED, [run_id])
        stranded = [row[0] for row in cursor.fetchall()]
    if stranded:
        cascade.advance(delivery_ids=stranded)
        return 0
    now = database_time()
    closed = Run.unscoped.filter(pk=run_id, state="running").update(
        state="finished", finished_at=now
    )
    if closed:
        run = Run.unscoped.get(pk=run_id)
        events.record(
            tenant=run.workspace_id,
            name="campaigns.run_finished",
            at=now,
            payload={"run_id": run_id},
        )
    return int(closed)
