"""Requests with one effect however often they come: reserve, work and answer in one commit."""

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.db import connection, transaction

from core.database.durability import NOT_WAITING_FOR_DISK
from core.database.prepared import Prepared
from core.errors import (
    DomainError,
    IdempotencyKeyInvalid,
    IdempotencyKeyReused,
    RequestInFlight,
)  # fmt: skip
from core.models import IdempotentRequest
from core.scoping import Scope

# A worker that has not answered for so long is taken for dead; its transaction is gone with it.
LEASE = 60  # seconds
KEEP = 7 * 86_400
SWEEP_BATCH = 5_000
MAX_KEY = 255
QUICKLY = 1
# Refusals that the state of the business decided: they are answers, and stay so for this key.
DECIDED = frozenset({409, 422})

# Each is a transaction of its own. Forgotten in a crash it reserves nothing that was done: the
# work commits later, and on disk. So its commit does not wait for the disk.
RESERVE = Prepared(
    "core_request_reserved",
    f"""
WITH hurried AS MATERIALIZED (SELECT {NOT_WAITING_FOR_DISK})
INSERT INTO core_idempotentrequest (workspace_id, actor, endpoint, key, body_hash, locked_until)
SELECT %(workspace_id)s, %(actor)s, %(endpoint)s, %(key)s, %(body)s,
       clock_timestamp() + make_interval(secs => %(lease)s) FROM hurried
ON CONFLICT (workspace_id, actor, endpoint, key) DO NOTHING
RETURNING id, locked_until""",  # noqa: S608
    workspace_id="bigint", actor="text", endpoint="text", key="text", body="bytea",
    lease="double precision",
)  # fmt: skip
TAKE_OVER = Prepared(
    "core_request_taken_over",
    f"""
WITH hurried AS MATERIALIZED (SELECT {NOT_WAITING_FOR_DISK})
UPDATE core_idempotentrequest
SET locked_until = clock_timestamp() + make_interval(secs => %(lease)s)
FROM hurried
WHERE id = %(pk)s AND status IS NULL AND locked_until < clock_timestamp()
RETURNING id, locked_until""",  # noqa: S608
    pk="bigint", lease="double precision",
)  # fmt: skip
MINE = "WHERE id = %(pk)s AND locked_until = %(until)s AND status IS NULL"
_MINE = {"pk": "bigint", "until": "timestamptz"}
# The row lock makes a retry that finds our lease out wait for this commit.
HOLD = Prepared(
    "core_request_held",
    f"SELECT id FROM core_idempotentrequest {MINE} FOR UPDATE",  # noqa: S608
    **_MINE,
)
STORE = Prepared(
    "core_request_answered",
    f"UPDATE core_idempotentrequest SET status = %(status)s, answer = %(answer)s {MINE}",  # noqa: S608
    status="smallint", answer="bytea", **_MINE,
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What a request is answered: a status and a JSON document, as it is or as its bytes."""

    status: int
    body: Any
    replayed: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class _Reservation:
    """Our right to work on a key; `until` is the fence against a worker that comes back."""

    pk: int
    until: datetime


Present = Callable[[DomainError], Answer]


def once(
    *,
    scope: Scope,
    endpoint: str,
    key: str,
    fingerprint: bytes,
    work: Callable[[], Answer],
    present: Present,
) -> Answer:
    """Do `work` for this key once; later calls get the first answer.

    `work` runs in the transaction that stores its answer, so a crash leaves neither. `present`
    turns a refusal into the answer to store. Raises RequestInFlight while another works,
    IdempotencyKeyReused when the key came with another body.
    """
    found = _reserve(scope, endpoint, _checked(key), fingerprint)
    if isinstance(found, Answer):
        return found
    try:
        return _work(found, work)
    except DomainError as refusal:
        if refusal.status not in DECIDED or not refusal.is_final:
            _release(found)
            raise
        return _store(found, present(refusal))
    except BaseException:
        _release(found)
        raise


def fingerprint_of(body: Any, *parts: str) -> bytes:
    """sha256 of what makes two requests the same: the parsed body and the address."""
    return hashlib.sha256(_sorted([*parts, body])).digest()


def _checked(key: str) -> str:
    if not 1 <= len(key) <= MAX_KEY or not all(" " <= sign <= "~" for sign in key):
        raise IdempotencyKeyInvalid
    return key


def _reserve(scope: Scope, endpoint: str, key: str, fingerprint: bytes) -> "_Reservation | Answer":
    """Insert first; who finds the row there replays it, waits, or takes over from the dead."""
    actor = f"{scope.actor_kind}:{scope.actor_name or scope.actor_id}"
    identity = {
        "workspace_id": scope.workspace_id, "actor": actor, "endpoint": endpoint, "key": key,
    }  # fmt: skip
    mine = _returned(RESERVE, identity | {"body": fingerprint, "lease": LEASE})
    return mine or _meet(identity, fingerprint)


def _meet(identity: dict[str, Any], fingerprint: bytes) -> "_Reservation | Answer":
    known = IdempotentRequest.unscoped.filter(**identity).first()
    if known is None:
        # Released between our insert and our look: the next try will reserve it.
        raise RequestInFlight(retry_after=1)
    if bytes(known.body_hash) != fingerprint:
        raise IdempotencyKeyReused
    if known.status is not None:
        return Answer(known.status, _kept(known), replayed=True)
    taken = _returned(TAKE_OVER, {"pk": known.pk, "lease": LEASE})
    if taken is None:
        raise RequestInFlight(retry_after=1)
    return taken


def _returned(statement: Prepared, values: dict[str, Any]) -> _Reservation | None:
    with connection.cursor() as cursor:
        statement.run(cursor, values)
        row = cursor.fetchone()
    return _Reservation(*row) if row else None


def _work(mine: _Reservation, work: Callable[[], Answer]) -> Answer:
    with transaction.atomic():
        _touch(HOLD, mine)
        return _store(mine, work())


def _store(mine: _Reservation, answer: Answer) -> Answer:
    # As the first caller and every later one get it.
    text = _sorted(answer.body)
    _touch(STORE, mine, status=answer.status, answer=zlib.compress(text, QUICKLY))
    return Answer(answer.status, text)


def _kept(known: IdempotentRequest) -> bytes:
    if known.answer is None:
        return _sorted(known.response)
    return zlib.decompress(known.answer)


def _touch(statement: Prepared, mine: _Reservation, **values: Any) -> None:
    """Do this to our reservation. Raises RequestInFlight when it is ours no more."""
    with connection.cursor() as cursor:
        statement.run(cursor, {"pk": mine.pk, "until": mine.until, **values})
        if not cursor.rowcount:
            raise RequestInFlight(retry_after=1)


def _release(mine: _Reservation) -> None:
    """Forget a request that had no effect, so that a retry runs it again."""
    if not connection.needs_rollback:
        IdempotentRequest.unscoped.filter(
            pk=mine.pk, locked_until=mine.until, status__isnull=True
        ).delete()


def _sorted(document: Any) -> bytes:
    return orjson.dumps(document, default=str, option=orjson.OPT_SORT_KEYS)


def sweep() -> int:
    """Forget a batch of keys older than a week; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM core_idempotentrequest WHERE id IN (SELECT id FROM core_idempotentrequest"
            " WHERE created_at < clock_timestamp() - make_interval(secs => %s) ORDER BY created_at LIMIT %s"
            " FOR UPDATE SKIP LOCKED)",
            [KEEP, SWEEP_BATCH],
        )
        return int(cursor.rowcount)
