"""Takes in facts about messages: merged monotonically under the customer's lock, in any order.

Times told by providers are real; they become business time by the run's clock. Facts may come
twice, shuffled, before our own commit, or for a delivery in doubt (which they prove accepted).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from campaigns.channels.base import Receipt as Told
from campaigns.models import Channel
from campaigns.rules.facts import Fact
from campaigns.rules.run_clock import business_sql
from campaigns.services import cascade, suppressing
from campaigns.services.locks import lock_customers

GROUP = 50
# Digits of the largest id that fits.
LONGEST_ID = 18
KINDS = frozenset({"delivered", "read", "clicked", "bounced", "complained", "unsubscribed"})
_KNOWN = """
SELECT delivery.id, delivery.customer_id, delivery.provider_message_id
FROM campaigns_delivery AS delivery JOIN campaigns_runstep AS step ON step.id = delivery.step_id
WHERE step.channel_id = %(channel)s
  AND (delivery.id = ANY(%(ids)s::bigint[])
       OR (delivery.provider_message_id = ANY(%(message_ids)s::text[])
           AND delivery.provider_message_id <> ''))
"""
_STORE = f"""
WITH told AS (
    SELECT told.*, delivery.workspace_id,
           {business_sql("told.at")} AS business
    FROM unnest(
        %(ids)s::bigint[], %(kinds)s::text[], %(ats)s::timestamptz[], %(events)s::text[],
        %(links)s::bigint[], %(automatic)s::boolean[]
    ) AS told(delivery_id, kind, at, event_id, link_id, is_automatic)
    JOIN campaigns_delivery AS delivery ON delivery.id = told.delivery_id
    JOIN campaigns_run AS run ON run.id = delivery.run_id
)
INSERT INTO campaigns_receipt
    (workspace_id, delivery_id, kind, at, source, event_id, link_id, is_automatic)
SELECT workspace_id, delivery_id, kind, business, %(source)s, event_id, link_id, is_automatic
FROM told
ON CONFLICT (delivery_id, source, kind, event_id) WHERE event_id <> '' DO NOTHING
RETURNING delivery_id, kind, at, is_automatic
"""  # noqa: S608 - constants
# The earliest of each kind; LEAST passes over NULL.
_MERGE = """
UPDATE campaigns_delivery AS delivery SET
    delivered_at = LEAST(delivery.delivered_at, told.delivered_at),
    read_at = LEAST(delivery.read_at, told.read_at),
    clicked_at = LEAST(delivery.clicked_at, told.clicked_at),
    bounced_at = LEAST(delivery.bounced_at, told.bounced_at),
    complained_at = LEAST(delivery.complained_at, told.complained_at),
    unsubscribed_at = LEAST(delivery.unsubscribed_at, told.unsubscribed_at)
FROM (
    SELECT delivery_id,
           min(at) FILTER (WHERE kind = 'delivered') AS delivered_at,
           min(at) FILTER (WHERE kind = 'read') AS read_at,
           min(at) FILTER (WHERE kind = 'clicked') AS clicked_at,
           min(at) FILTER (WHERE kind = 'bounced') AS bounced_at,
           min(at) FILTER (WHERE kind = 'complained') AS complained_at,
           min(at) FILTER (WHERE kind = 'unsubscribed') AS unsubscribed_at
    FROM unnest(%(ids)s::bigint[], %(kinds)s::text[], %(ats)s::timestamptz[])
        AS fact(delivery_id, kind, at)
    GROUP BY delivery_id
) AS told
WHERE delivery.id = told.delivery_id
"""
# A fact proves that a delivery in doubt was taken.
_PROVE = """
UPDATE campaigns_delivery AS delivery SET
    state = 'accepted', reason = '',
    provider_message_id = CASE WHEN provider_message_id = '' THEN 'd' || delivery.id
                          ELSE provider_message_id END,
    accepted_at = intent_business_at, cost_micros = segments * step.price_micros
FROM campaigns_runstep AS step
WHERE step.id = delivery.step_id AND delivery.id = ANY(%s) AND delivery.state = 'unknown'
RETURNING delivery.id
"""
# The person stops when the fact is what their next step asks about; a click is a read as well.
_STOP = """
UPDATE campaigns_audiencemember AS member SET
    stopped_at = found.at, stop_fact = found.fact, stop_recorded_at = clock_timestamp()
FROM (
    SELECT delivery.member_id, next.stop_fact AS fact,
           min(CASE next.stop_fact
               WHEN 'read' THEN LEAST(delivery.read_at, delivery.clicked_at)
               WHEN 'clicked' THEN delivery.clicked_at END) AS at
    FROM campaigns_delivery AS delivery
    JOIN campaigns_runstep AS step ON step.id = delivery.step_id
    JOIN LATERAL (
        SELECT later.stop_fact FROM campaigns_runstep AS later
        LEFT JOIN campaigns_delivery AS intended
            ON intended.customer_id = delivery.customer_id
            AND intended.run_id = delivery.run_id AND intended.step_id = later.id
        WHERE later.run_id = delivery.run_id AND later.position > step.position
          AND intended.intent_at IS NULL
          AND (intended.id IS NULL OR intended.state IN ('queued', 'claimed'))
        ORDER BY later.position LIMIT 1
    ) AS next ON true
    WHERE delivery.id = ANY(%s)
    GROUP BY delivery.member_id, next.stop_fact
) AS found
WHERE member.id = found.member_id AND member.stopped_at IS NULL AND found.at IS NOT NULL
RETURNING member.id
"""
# The state is asked so that the index of what is queued does not answer: vacuumed while nothing
# was, it is believed to be empty, and a reading would go through all that waits by now.
_SUPPRESS_WAITING = """
UPDATE campaigns_delivery AS delivery
SET state = 'suppressed', reason = 'stopped_' || member.stop_fact
FROM campaigns_audiencemember AS member
WHERE member.customer_id = delivery.customer_id AND member.run_id = delivery.run_id
  AND member.id = ANY(%s)
  AND delivery.state || '' = 'queued' AND delivery.intent_at IS NULL
RETURNING delivery.id
"""
_ADDRESSES = """
SELECT delivery.workspace_id, step.channel_kind, identity.value
FROM campaigns_delivery AS delivery
JOIN campaigns_runstep AS step ON step.id = delivery.step_id
JOIN crm_identity AS identity ON identity.customer_id = delivery.customer_id
    AND identity.kind = CASE step.channel_kind WHEN 'sms' THEN 'phone' ELSE step.channel_kind END
WHERE delivery.id = ANY(%s)
"""


def receive_from_provider(*, channel: Channel, told: Sequence[Told]) -> int:
    """Record a provider's facts; those about messages that are not ours are counted, no more."""
    known = _known(channel, told)
    facts = [fact for one in told if (fact := _fact(one, known)) is not None]
    orphans = len(told) - len(facts)
    if orphans:
        mine = Channel.unscoped.filter(pk=channel.pk)
        mine.update(orphan_receipts=F("orphan_receipts") + orphans)
    return receive(facts=facts, source=channel.adapter)


def _known(channel: Channel, told: Sequence[Told]) -> dict[str, tuple[int, int]]:
    """Our deliveries among these, by our reference and by the provider's id of the message."""
    refs = [int(one.ref) for one in told if one.ref.isdecimal() and len(one.ref) <= LONGEST_ID]
    with connection.cursor() as cursor:
        cursor.execute(
            _KNOWN,
            {
                "channel": channel.pk,
                "ids": refs,
                "message_ids": [one.provider_message_id for one in told if not one.ref],
            },
        )
        rows = cursor.fetchall()
    by_ref = {f"ref:{key}": (key, customer) for key, customer, _ in rows}
    return by_ref | {f"id:{name}": (key, customer) for key, customer, name in rows if name}


def _fact(told: Told, known: dict[str, tuple[int, int]]) -> Fact | None:
    name = f"ref:{told.ref}" if told.ref else f"id:{told.provider_message_id}"
    if name not in known or told.kind not in KINDS:
        return None
    return Fact(*known[name], kind=told.kind, at=told.at, event_id=told.event_id[:120])


def receive(*, facts: Sequence[Fact], source: str) -> int:
    """Record facts in groups; returns how many were new."""
    ordered = sorted(facts, key=lambda fact: (fact.customer_id, fact.delivery_id))
    return sum(
        _receive_group(ordered[start : start + GROUP], source)
        for start in range(0, len(ordered), GROUP)
    )


@transaction.atomic
def _receive_group(facts: Sequence[Fact], source: str) -> int:
    lock_customers(fact.customer_id for fact in facts)
    new = _store(facts, source)
    human = [(key, kind, at) for key, kind, at, is_automatic in new if not is_automatic]
    if human:
        _merge(human)
        _stop(human)
        _condemn(human)
    return len(new)


def _store(facts: Sequence[Fact], source: str) -> list[tuple[int, str, datetime, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _STORE,
            {
                "ids": [fact.delivery_id for fact in facts],
                "kinds": [fact.kind for fact in facts],
                "ats": [fact.at for fact in facts],
                "events": [fact.event_id for fact in facts],
                "links": [fact.link_id for fact in facts],
                "automatic": [fact.is_automatic for fact in facts],
                "source": source[:24],
            },
        )
        return list(cursor.fetchall())


def _merge(facts: Sequence[tuple[int, str, datetime]]) -> None:
    ids = [fact[0] for fact in facts]
    columns: dict[str, Any] = {
        "ids": ids,
        "kinds": [f[1] for f in facts],
        "ats": [f[2] for f in facts],
    }
    with connection.cursor() as cursor:
        cursor.execute(_MERGE, columns)
        cursor.execute(_PROVE, [ids])
        proven = [row[0] for row in cursor.fetchall()]
    cascade.advance(delivery_ids=proven)


def _stop(facts: Iterable[tuple[int, str, datetime]]) -> None:
    """End the cascade of those whose fact is a stop fact; what waits for them is not sent."""
    ids = [key for key, kind, _ in facts if kind in {"read", "clicked"}]
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_STOP, [ids])
        members = [row[0] for row in cursor.fetchall()]
        cursor.execute(_SUPPRESS_WAITING, [members])
        suppressed = [row[0] for row in cursor.fetchall()]
    cascade.advance(delivery_ids=suppressed)


def _condemn(facts: Iterable[tuple[int, str, datetime]]) -> None:
    """A complaint or a dead address goes on the stop list."""
    reasons = {"bounced": "hard_bounce", "complained": "complaint"}
    for kind, reason in reasons.items():
        ids = [key for key, fact_kind, _ in facts if fact_kind == kind]
        for workspace_id, channel_kind, address in _addresses(ids) if ids else []:
            suppressing.suppress(
                workspace_id=workspace_id,
                channel_kind=channel_kind,
                addresses=[address],
                reason=reason,
            )


def _addresses(delivery_ids: Sequence[int]) -> list[tuple[int, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_ADDRESSES, [list(delivery_ids)])
        return list(cursor.fetchall())
