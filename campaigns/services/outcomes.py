"""Writes what the provider answered, fenced by the lease token: a stale worker writes nothing."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F

from campaigns.channels.base import Accepted, Ambiguous, NotAccepted, Refused, Result
from campaigns.models import Channel, Run
from campaigns.rules import retry
from campaigns.rules.run_clock import business_sql
from campaigns.services import adapters, cascade, suppressing
from campaigns.services.claiming import Batch
from campaigns.services.gate import Intent
from campaigns.services.locks import database_time, lock_customers, without_waiting_for_disk
from core.database import arrays
from core.database.prepared import Prepared

# By the lease alone, as the gate does; from any state but `sending` the database refuses the move.
_WRITE = Prepared(
    "campaigns_write_outcomes",
    f"""
UPDATE campaigns_delivery AS delivery SET
    state = answer.state,
    reason = answer.reason,
    provider_message_id = answer.message_id,
    segments = answer.units,
    cost_micros = CASE WHEN answer.state = 'accepted'
                  THEN COALESCE(answer.cost, answer.units * %(price)s) ELSE 0 END,
    accepted_at = CASE WHEN answer.state = 'accepted' THEN (
        SELECT {business_sql("clock_timestamp()")} FROM campaigns_run AS run WHERE id = %(run)s) END,
    due_at = COALESCE(answer.due_at, delivery.due_at),
    intent_at = CASE WHEN answer.forget THEN NULL ELSE delivery.intent_at END,
    intent_business_at = CASE WHEN answer.forget THEN NULL ELSE delivery.intent_business_at END,
    lease_token = NULL,
    lease_until = NULL
FROM unnest(
    %(ids)s, %(states)s, %(reasons)s, %(message_ids)s, %(units)s, %(costs)s, %(dues)s, %(forgets)s
) AS answer(id, state, reason, message_id, units, cost, due_at, forget)
WHERE delivery.id = answer.id AND delivery.lease_token = %(token)s
RETURNING delivery.id, delivery.state
""",  # noqa: S608 - constants
    ids="bigint[]",
    states="text[]",
    reasons="text[]",
    message_ids="text[]",
    units="int[]",
    costs="bigint[]",
    dues="timestamptz[]",
    forgets="boolean[]",
    price="bigint",
    run="bigint",
    token="uuid",  # noqa: S106 - a type
)

# What a row can hold; a provider that bills more is out of its mind, and costs the group no result.
MOST_UNITS, MOST_COST = 32_767, 10**15


class Answer(NamedTuple):
    """What becomes of one delivery; `forget` takes an intent back that surely came to nothing."""

    id: int
    state: str
    reason: str = ""
    message_id: str = ""
    units: int = 1
    cost: int | None = None
    due_at: datetime | None = None
    forget: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What a provider answered to one group."""

    batch: Batch
    intents: Mapping[int, Intent]
    results: Mapping[int, Result]

    @property
    def is_plain(self) -> bool:
        """Whether all were taken, so that nothing but their own rows is to be changed."""
        return all(isinstance(result, Accepted) for result in self.results.values())

    def record(self) -> int:
        """Write it in the caller's transaction; returns how many the provider took."""
        return _record(self.batch, self.intents, self.results)


def write(
    *,
    batch: Batch,
    intents: Mapping[int, Intent],
    results: Mapping[int, Result],
) -> int:
    """Record the results of one call; returns how many the provider took."""
    with transaction.atomic():
        if not _bounced(results):
            without_waiting_for_disk()
        return _record(batch, intents, results)


def _record(batch: Batch, intents: Mapping[int, Intent], results: Mapping[int, Result]) -> int:
    at = _time_if_needed(results)
    memory = adapters.memory_of(batch.step.channel)
    answers = [answer_of(intents[key], result, memory, at) for key, result in results.items()]
    _condemn(batch, _bounced(results))
    written = _write(batch, answers)
    _count_conflicts(batch, len(answers) - len(written))
    _mind_the_breaker(batch, results)
    if not batch.is_last_step:
        settled = [key for key, state in written if state in cascade.SETTLED]
        cascade.advance(delivery_ids=settled)
    return sum(state == "accepted" for _, state in written)


def _bounced(results: Mapping[int, Result]) -> list[int]:
    return [key for key, it in results.items() if isinstance(it, Refused) and it.is_hard_bounce]


def _time_if_needed(results: Mapping[int, Result]) -> datetime:
    """The database's time where something is to be tried again; else any will do."""
    if all(isinstance(result, Accepted | Refused) for result in results.values()):
        return datetime.min.replace(tzinfo=UTC)
    return database_time()


def answer_of(intent: Intent, result: Result, memory: float, at: datetime) -> Answer:
    """What a result means for its delivery; `memory` is of keys, in seconds, `at` of the database."""
    match result:
        case Accepted(message_id, units, cost):
            name, billed = message_id or f"d{intent.id}", cost and min(cost, MOST_COST)
            return Answer(intent.id, "accepted", "", name, min(units, MOST_UNITS), billed)
        case Refused(reason):
            return Answer(intent.id, "failed", reason[:48] or "refused")
        case NotAccepted(reason, retry_after):
            return _again(intent, reason, retry_after, at)
        case Ambiguous(reason):
            return _in_doubt(intent, reason, memory, at)


def _again(intent: Intent, reason: str, retry_after: float | None, at: datetime) -> Answer:
    """Not taken this time: queue it again, or give up when it is out of tries or of time.

    After a try in doubt this proves nothing: the intent stands, and giving up leaves it in doubt.
    """
    due_at = retry.next_attempt_at(
        attempts=intent.attempt,
        at=at,
        expires_at=intent.expires_at,
        jitter=random.random(),  # noqa: S311 - spreads load, keeps no secret
        retry_after=retry_after,
    )
    if due_at is not None:
        is_new = not intent.is_in_doubt
        return Answer(intent.id, "queued", reason[:48], due_at=due_at, forget=is_new)
    if intent.is_in_doubt:
        return Answer(intent.id, "unknown", reason[:48])
    return Answer(intent.id, "failed", f"gave_up:{reason}"[:48], forget=True)


def _in_doubt(intent: Intent, reason: str, memory: float, at: datetime) -> Answer:
    """Perhaps taken: the same key again where the provider remembers keys, else `unknown`."""
    if (at - intent.intent_at).total_seconds() >= memory:
        return Answer(intent.id, "unknown", reason[:48])
    due_at = retry.next_attempt_at(
        attempts=intent.attempt,
        at=at,
        expires_at=intent.expires_at,
        jitter=random.random(),  # noqa: S311
    )
    if due_at is None:
        return Answer(intent.id, "unknown", reason[:48])
    return Answer(intent.id, "queued", reason[:48], due_at=due_at)


def _write(batch: Batch, answers: Sequence[Answer]) -> list[tuple[int, str]]:
    values = {
        "ids": arrays.scalars([one.id for one in answers]),
        "states": arrays.texts([one.state for one in answers]),
        "reasons": arrays.texts([one.reason for one in answers]),
        "message_ids": arrays.texts([one.message_id[:120] for one in answers]),
        "units": arrays.scalars([one.units for one in answers]),
        "costs": arrays.scalars([one.cost for one in answers]),
        "dues": arrays.scalars([one.due_at for one in answers]),
        "forgets": arrays.scalars([one.forget for one in answers]),
        "price": batch.step.price_micros,
        "run": batch.step.run_id,
        "token": batch.token,
    }
    with connection.cursor() as cursor:
        _WRITE.run(cursor, values)
        return list(cursor.fetchall())


def _count_conflicts(batch: Batch, number: int) -> None:
    """Somebody else took these over when our lease ran out: their word stands, ours is counted."""
    if number:
        run = Run.unscoped.filter(pk=batch.step.run_id)
        run.update(lease_conflicts=F("lease_conflicts") + number)


def _condemn(batch: Batch, delivery_ids: Sequence[int]) -> None:
    """An address that does not exist is never written to again."""
    if delivery_ids:
        bounced = [row for row in batch.rows if row.id in delivery_ids]
        lock_customers(row.customer_id for row in bounced)
        suppressing.suppress(
            workspace_id=batch.step.workspace_id,
            channel_kind=batch.step.channel_kind,
            addresses=[row.address for row in bounced if row.address],
            reason="hard_bounce",
        )


def _mind_the_breaker(batch: Batch, results: Mapping[int, Result]) -> None:
    """Count failures in a row; one message taken or refused shows that the provider works."""
    channel = Channel.unscoped.filter(pk=batch.step.channel_id)
    if any(isinstance(result, Accepted | Refused) for result in results.values()):
        if batch.step.channel.failures:
            channel.update(failures=0, rest_until=None)
    else:
        channel.update(failures=F("failures") + len(results))
