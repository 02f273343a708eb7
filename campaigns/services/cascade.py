"""Puts people on the first step of a run, then on each next one when the step before is settled."""

from collections.abc import Iterable, Sequence

from django.db import connection

from campaigns.models import RunStep
from campaigns.models.channels import IDENTITY_OF

__all__ = ["IDENTITY_OF", "SETTLED", "advance", "enter"]

# What ends a step for a person. `unknown` may have reached them, so the next step waits as usual.
SETTLED = frozenset({"accepted", "unknown", "failed", "suppressed", "expired"})
_ADDRESS = """
EXISTS (SELECT 1 FROM crm_identity AS identity
        WHERE identity.customer_id = member.customer_id
          AND identity.kind = CASE {kind} WHEN 'sms' THEN 'phone' ELSE {kind} END)
"""
# A day late a message is of no use any more; a fast run still gives its workers an hour.
_INSERT = """
INSERT INTO campaigns_delivery (
    workspace_id, run_id, step_id, member_id, customer_id, state, reason, priority, due_at,
    expires_at, attempt, provider_message_id, segments, cost_micros
)
SELECT workspace_id, run_id, step_id, member_id, customer_id,
       CASE WHEN reason = '' THEN 'queued' ELSE 'suppressed' END, reason, priority, due_at,
       due_at + GREATEST(interval '24 hours' / speed, interval '1 hour'), 0, '', 1, 0
FROM ({source}) AS people
ON CONFLICT (run_id, step_id, customer_id) DO NOTHING
RETURNING id, state
"""
_PRIORITY = "CASE {purpose} WHEN 'service' THEN 1 ELSE 5 END"
_ENTER = _INSERT.format(
    source=f"""
SELECT member.workspace_id, member.run_id, %(step)s AS step_id, member.id AS member_id,
       member.customer_id, CASE WHEN {_ADDRESS.format(kind="%(kind)s")} THEN '' ELSE 'no_address'
       END AS reason, {_PRIORITY.format(purpose="%(purpose)s")} AS priority, now() AS due_at,
       %(speed)s AS speed
FROM campaigns_audiencemember AS member
WHERE member.run_id = %(run)s AND member.id > %(after)s AND member.id <= %(upto)s
  AND NOT member.is_control
"""  # noqa: S608 - constants
)
_ADVANCE = _INSERT.format(
    source=f"""
SELECT member.workspace_id, member.run_id, next.id AS step_id, member.id AS member_id,
       member.customer_id,
       CASE WHEN member.stopped_at IS NOT NULL THEN 'stopped_' || member.stop_fact
            WHEN {_ADDRESS.format(kind="next.channel_kind")} THEN '' ELSE 'no_address' END AS reason,
       {_PRIORITY.format(purpose="next.purpose")} AS priority,
       CASE WHEN delivery.state IN ('accepted', 'unknown')
            THEN now() + next.wait / run.speed ELSE now() END AS due_at,
       run.speed
FROM campaigns_delivery AS delivery
JOIN campaigns_runstep AS step ON step.id = delivery.step_id
JOIN campaigns_runstep AS next ON next.run_id = step.run_id AND next.position = step.position + 1
JOIN campaigns_run AS run ON run.id = delivery.run_id
JOIN campaigns_audiencemember AS member ON member.id = delivery.member_id
WHERE delivery.id = ANY(%(ids)s) AND run.state <> 'cancelled'
  AND delivery.state IN ('accepted', 'unknown', 'failed', 'suppressed', 'expired')
"""  # noqa: S608
)


def enter(*, step: RunStep, after: int, upto: int) -> int:
    """Put members of the run with ids in (after, upto] on its first step; returns how many.

    Somebody without an address has a row too, suppressed, and goes on to the next step at once.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _ENTER,
            {
                "step": step.pk,
                "run": step.run_id,
                "kind": step.channel_kind,
                "purpose": step.purpose,
                "speed": step.run.speed,
                "after": after,
                "upto": upto,
            },
        )
        entered = cursor.fetchall()
    advance(delivery_ids=_suppressed(entered))
    return len(entered)


def advance(*, delivery_ids: Sequence[int]) -> None:
    """Give those whose step is settled their next one: after its wait, or at once if not sent."""
    waiting = sorted(delivery_ids)
    while waiting:
        with connection.cursor() as cursor:
            cursor.execute(_ADVANCE, {"ids": waiting})
            waiting = _suppressed(cursor.fetchall())


def _suppressed(rows: Iterable[tuple[int, str]]) -> list[int]:
    return [row[0] for row in rows if row[1] == "suppressed"]
