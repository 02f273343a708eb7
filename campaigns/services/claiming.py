"""Takes a batch of due deliveries of one step under a lease, with all that a message needs."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from campaigns.models import Channel, Delivery, RunStep
from campaigns.models.channels import IDENTITY_OF
from campaigns.selectors.runs import clock_of
from campaigns.services.locks import without_waiting_for_disk
from core.database import arrays

BATCH = 500
BREAK_AFTER = 20
REST_SECONDS = 10

# Steps that have something due, the most urgent first; a resting channel is left alone.
_DUE_STEPS = """
SELECT step.id FROM campaigns_run AS run
JOIN campaigns_runstep AS step ON step.run_id = run.id
JOIN campaigns_channel AS channel ON channel.id = step.channel_id
CROSS JOIN LATERAL (
    SELECT priority, due_at FROM campaigns_delivery
    WHERE step_id = step.id AND state = 'queued' AND due_at <= now()
    ORDER BY priority, due_at LIMIT 1
) AS first
WHERE run.state = 'running' AND channel.is_active
  AND (channel.rest_until IS NULL OR channel.rest_until <= now())
ORDER BY first.priority, first.due_at
"""
_CLAIM = """
WITH due AS (
    SELECT id FROM campaigns_delivery
    WHERE step_id = %(step)s AND state = 'queued' AND due_at <= now()
    ORDER BY priority, due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE campaigns_delivery AS delivery
SET state = 'claimed', lease_token = %(token)s::uuid, lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
FROM due WHERE delivery.id = due.id
RETURNING delivery.id, delivery.customer_id, delivery.member_id
"""
# Each person is looked up by key: left to itself the planner may read an audience for a batch.
_LOAD = """
SELECT mine.id, mine.customer_id, member.variables, customer.first_name,
       customer.last_name, customer.city, customer.language,
       COALESCE(NULLIF(customer.timezone, ''), %(zone)s), identity.value
FROM unnest(%(ids)s::bigint[], %(customers)s::bigint[], %(members)s::bigint[])
    AS mine(id, customer_id, member_id)
CROSS JOIN LATERAL (
    SELECT variables FROM campaigns_audiencemember WHERE id = mine.member_id LIMIT 1
) AS member
CROSS JOIN LATERAL (
    SELECT first_name, last_name, city, language, timezone FROM crm_customer
    WHERE id = mine.customer_id LIMIT 1
) AS customer
LEFT JOIN LATERAL (
    SELECT value FROM crm_identity
    WHERE customer_id = mine.customer_id AND kind = %(identity)s ORDER BY id LIMIT 1
) AS identity ON true
ORDER BY mine.customer_id
"""
# A broken channel gets one probe a rest, over all workers.
_PROBE = """
UPDATE campaigns_channel SET rest_until = now() + make_interval(secs => %(rest)s)
WHERE id = %(channel)s AND (rest_until IS NULL OR rest_until <= now()) RETURNING id
"""


class Claimed(NamedTuple):
    """One delivery in our hands and the person it goes to; `variables` as the base keeps them."""

    id: int
    customer_id: int
    variables: Any
    first_name: str
    last_name: str
    city: str
    language: str
    timezone: str
    address: str | None


@dataclass(frozen=True)
class Batch:
    """Deliveries of one step under one lease token."""

    token: str
    step: RunStep
    rows: list[Claimed] = field(default_factory=list)
    is_last_step: bool = False

    def business(self, at: datetime) -> datetime:
        """The run's own time at a real instant."""
        return clock_of(self.step.run).business(at)


def claim(*, limit: int = BATCH) -> Batch | None:
    """Lease up to `limit` due deliveries of the most urgent step; None when nothing is due."""
    for step_id in _due_steps():
        step = _step(step_id)
        batch = _claim_of(step, _allowance(step, limit))
        if batch is not None:
            return batch
    return None


def _due_steps() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_DUE_STEPS)
        return [row[0] for row in cursor.fetchall()]


def _step(step_id: int) -> RunStep:
    step: RunStep = RunStep.unscoped.select_related("run__workspace", "channel").get(pk=step_id)
    return step


def _allowance(step: RunStep, limit: int) -> int:
    """How many the channel may take: while it is broken, one probe each rest."""
    if step.channel.failures < BREAK_AFTER:
        return min(limit, BREAK_AFTER) if step.channel.failures else limit
    with connection.cursor() as cursor:
        cursor.execute(_PROBE, {"rest": REST_SECONDS, "channel": step.channel_id})
        return len(cursor.fetchall())


def _claim_of(step: RunStep, limit: int) -> Batch | None:
    token = str(uuid.uuid4())
    with transaction.atomic(), connection.cursor() as cursor:
        without_waiting_for_disk()
        cursor.execute(
            _CLAIM,
            {"step": step.pk, "limit": limit, "token": token, "lease": settings.SEND_CLAIM_SECONDS},
        )
        taken = cursor.fetchall()
    return Batch(token, step, _load(step, taken), is_last(step)) if taken else None


def _load(step: RunStep, taken: list[tuple[int, int, int]]) -> list[Claimed]:
    """Who they are, in the order in which customers are locked."""
    ids, customers, members = zip(*taken, strict=True)
    values = {
        "ids": arrays.scalars(ids),
        "customers": arrays.scalars(customers),
        "members": arrays.scalars(members),
        "identity": IDENTITY_OF[step.channel_kind],
        "zone": step.run.workspace.timezone,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, values)
        return [Claimed(*row) for row in cursor.fetchall()]


def is_last(step: RunStep) -> bool:
    """Whether nobody goes on from this step."""
    return not RunStep.unscoped.filter(run=step.run_id, position__gt=step.position).exists()


@transaction.atomic
def let_rest(*, batch: Batch) -> None:
    """Give the batch back, and leave its channel alone as one that does not answer."""
    release(batch=batch)
    Channel.unscoped.filter(pk=batch.step.channel_id).update(
        failures=F("failures") + BREAK_AFTER, rest_until=Now() + timedelta(seconds=REST_SECONDS)
    )


def release(*, batch: Batch) -> None:
    """Give back what was claimed and not yet intended."""
    Delivery.unscoped.filter(
        pk__in=[row.id for row in batch.rows], state="claimed", lease_token=batch.token
    ).update(state="queued", lease_token=None, lease_until=None)
