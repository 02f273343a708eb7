"""The gate: in one durable transaction asks everything that may forbid a message, else intends it.

The customers' locks are held while the answers are read and the intent is written, so a consent
withdrawn, a cap filled or a cascade stopped by somebody else is seen. Reasons are asked in one
order, so that each person is counted once. Whom a try before may have reached is not refused:
what may not be asked again is in doubt, until the provider or a receipt tells.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from campaigns.rules.quiet_hours import Window, allowed_from
from campaigns.services import adapters, cascade
from campaigns.services.claiming import Batch, Claimed
from campaigns.services.locks import lock_customers
from core.database import arrays
from core.database.prepared import Prepared
from core.zones import is_zone
from loyalty.selectors.expiring import still_expiring_sql

# A verdict is state:reason. `proven` rows were taken by the provider before a crash; sending
# them again under the same key is what fetches the provider's answer. The update asks for the
# lease and not for the state: by the state it would go through the index of leases, which keeps
# a corpse for each message of the day. The stop list is looked into, not joined: a plan made while
# nobody stood there would go on to read all of it for each.
# The cap looks both ways: the clock of another run may be ahead of this one's.
# Whoever is told of points has them still (R84). A pause waits for the intents that are being
# written, and those after it find it: the run's row is shared until they are committed.
_STILL_THERE = still_expiring_sql(
    customer="delivery.customer_id",
    workspace="delivery.workspace_id",
    at="%(business)s",
    until="(member.variables ->> 'burns_by')::timestamptz",
)
_GATE = Prepared(
    "campaigns_gate",
    """
WITH asked AS (
    SELECT * FROM unnest(%(ids)s, %(addresses)s, %(allowed)s)
        AS asked(id, address, allowed_from)
), verdict AS (
    SELECT delivery.id, asked.allowed_from, delivery.intent_at IS NOT NULL AS is_in_doubt, CASE
        WHEN delivery.state <> 'claimed' THEN 'lost:'
        WHEN run.state = 'cancelled' THEN 'cancelled:run_cancelled'
        WHEN run.state <> 'running' THEN 'queued:'
        WHEN NOT EXISTS (SELECT 1 FROM campaigns_channel WHERE id = %(channel)s AND is_active)
             THEN 'queued:'
        WHEN clock_timestamp() - delivery.intent_at > make_interval(secs => %(memory)s)
             THEN 'unknown:in_doubt'
        WHEN delivery.intent_at IS NOT NULL
             AND COALESCE(delivery.delivered_at, delivery.read_at, delivery.clicked_at) IS NOT NULL
             THEN 'sending:'
        WHEN delivery.expires_at <= clock_timestamp() THEN 'expired:too_late'
        WHEN (member.variables ->> 'useful_until')::timestamptz <= %(business)s
             THEN 'expired:too_late'
        WHEN member.variables ? 'burns_by' AND {still_there} < (member.variables ->> 'points')::bigint
             THEN 'suppressed:points_spent'
        WHEN member.stopped_at IS NOT NULL THEN 'suppressed:stopped_' || member.stop_fact
        WHEN %(stop)s = 'bought' AND EXISTS (
            SELECT 1 FROM crm_order
            WHERE workspace_id = run.workspace_id AND customer_id = delivery.customer_id
              AND is_purchase AND placed_at > run.business_start AND placed_at <= %(business)s
        ) THEN 'suppressed:stopped_bought'
        WHEN asked.address IS NULL THEN 'suppressed:no_address'
        WHEN identity.id IS NULL THEN 'suppressed:address_changed'
        WHEN %(marketing)s AND consent.state IS DISTINCT FROM 'granted'
             THEN 'suppressed:' || COALESCE('consent_' || consent.state, 'no_consent')
        WHEN consent.state = 'withdrawn' THEN 'suppressed:consent_withdrawn'
        WHEN suppression.id IS NOT NULL AND (suppression.reason <> 'unsubscribed' OR NOT EXISTS (
            SELECT 1 FROM crm_consent
            WHERE customer_id = delivery.customer_id AND channel = %(kind)s
              AND purpose = 'marketing' AND state = 'withdrawn'
        )) THEN 'suppressed:' || suppression.reason
        WHEN %(marketing)s AND (
            SELECT count(*) FROM campaigns_delivery AS other
            JOIN campaigns_runstep AS step ON step.id = other.step_id
            WHERE other.customer_id = delivery.customer_id AND other.id <> delivery.id
              AND other.intent_business_at > %(business)s - make_interval(days => run.cap_days)
              AND other.intent_business_at < %(business)s + make_interval(days => run.cap_days)
              AND step.purpose = 'marketing'
        ) >= run.cap_messages THEN 'suppressed:cap'
        WHEN asked.allowed_from <= %(business)s THEN 'sending:'
        WHEN delivery.expires_at <= clock_timestamp()
             + (asked.allowed_from - %(business)s) / run.speed THEN 'expired:quiet_hours'
        ELSE 'queued:quiet_hours'
    END AS verdict
    FROM asked
    JOIN campaigns_delivery AS delivery ON delivery.id = asked.id
    JOIN campaigns_run AS run ON run.id = delivery.run_id
    JOIN campaigns_audiencemember AS member ON member.id = delivery.member_id
    LEFT JOIN crm_identity AS identity
        ON identity.customer_id = delivery.customer_id AND identity.value = asked.address
        AND identity.kind = %(identity)s
    LEFT JOIN crm_consentstate AS consent
        ON consent.customer_id = delivery.customer_id AND consent.channel = %(kind)s
        AND consent.purpose = %(purpose)s
    LEFT JOIN LATERAL (
        SELECT id, reason FROM campaigns_suppression
        WHERE workspace_id = delivery.workspace_id AND channel_kind = %(kind)s
          AND address_hash = sha256(convert_to(asked.address, 'UTF8')) LIMIT 1
    ) AS suppression ON true
    FOR SHARE OF run
), ruled AS (
    SELECT id, allowed_from, is_in_doubt, verdict,
           CASE WHEN is_unknown THEN 'unknown' ELSE split_part(verdict, ':', 1) END AS state,
           CASE WHEN is_unknown THEN 'in_doubt' ELSE split_part(verdict, ':', 2) END AS reason
    FROM (
        SELECT *, is_in_doubt AND split_part(verdict, ':', 1) NOT IN ('sending', 'queued', 'lost')
            AS is_unknown
        FROM verdict
    ) AS told
)
UPDATE campaigns_delivery AS delivery SET
    state = ruled.state,
    reason = ruled.reason,
    lease_token = CASE WHEN ruled.state = 'sending' THEN delivery.lease_token END,
    lease_until = CASE WHEN ruled.state = 'sending' THEN clock_timestamp() + make_interval(secs => %(lease)s) END,
    attempt = attempt + (ruled.state = 'sending')::int,
    intent_at = CASE WHEN ruled.state = 'sending' THEN COALESCE(intent_at, clock_timestamp())
                ELSE intent_at END,
    intent_business_at = CASE WHEN ruled.state = 'sending' THEN
                         COALESCE(intent_business_at, %(business)s) ELSE intent_business_at END,
    due_at = CASE WHEN verdict = 'queued:quiet_hours'
             THEN clock_timestamp() + (ruled.allowed_from - %(business)s) / %(speed)s
             ELSE due_at END
FROM ruled
WHERE delivery.id = ruled.id AND ruled.state <> 'lost'
  AND delivery.lease_token = %(token)s AND delivery.lease_until > clock_timestamp()
RETURNING delivery.id, delivery.state, delivery.attempt, ruled.is_in_doubt,
          delivery.expires_at::text, delivery.intent_at::text
""".replace("{still_there}", _STILL_THERE),
    ids="bigint[]",
    addresses="text[]",
    allowed="timestamptz[]",
    business="timestamptz",
    speed="float",
    stop="text",
    marketing="boolean",
    purpose="text",
    kind="text",
    channel="bigint",
    identity="text",
    token="uuid",  # noqa: S106 - a type
    lease="float",
    memory="float",
)


class Intent(NamedTuple):
    """A committed intent: this message may be handed to the provider now.

    `is_in_doubt` when the provider may have taken it at a try before. The times are read only of
    what was not taken at once, so they are kept as the database wrote them.
    """

    id: int
    attempt: int
    is_in_doubt: bool
    expires_written: str
    intent_written: str

    @property
    def expires_at(self) -> datetime:
        return datetime.fromisoformat(self.expires_written)

    @property
    def intent_at(self) -> datetime:
        return datetime.fromisoformat(self.intent_written)


def pass_through(
    *, batch: Batch, rows: Sequence[Claimed], also: Callable[[], object] | None = None
) -> dict[int, Intent]:
    """Ask for a group of 20 to 50 people; returns the intents by delivery id.

    `durable` makes sure that the commit is a real one: what is intended survives a crash. What
    is to be written `also` is written when the locks are held, so that it waits for nobody.
    """
    with transaction.atomic(durable=True):
        at = lock_customers(row.customer_id for row in rows)
        if also is not None:
            also()
        return decide(batch=batch, rows=rows, at=at)


def decide(*, batch: Batch, rows: Sequence[Claimed], at: datetime) -> dict[int, Intent]:
    """The verdicts alone, at the database's time, for a caller that holds the locks."""
    answers = _ask(batch, rows, at)
    settled = [row[0] for row in answers if row[1] in cascade.SETTLED]
    if settled and not batch.is_last_step:
        cascade.advance(delivery_ids=settled)
    return {row[0]: Intent(row[0], *row[2:]) for row in answers if row[1] == "sending"}


def _ask(batch: Batch, rows: Sequence[Claimed], at: datetime) -> list[tuple[Any, ...]]:
    """Rows of id, state, then the rest of an Intent."""
    step, business = batch.step, batch.business(at)
    allowed = _allowed_from(batch, rows, business)
    values = {
        "ids": arrays.scalars([row.id for row in rows]),
        "addresses": arrays.texts([row.address for row in rows]),
        "allowed": arrays.scalars([allowed[row.timezone] for row in rows]),
        "business": business,
        "speed": step.run.speed,
        "stop": step.stop_fact if step.position > 1 else "",
        "marketing": step.purpose == "marketing",
        "purpose": step.purpose,
        "kind": step.channel_kind,
        "channel": step.channel_id,
        "identity": cascade.IDENTITY_OF[step.channel_kind],
        "token": batch.token,
        "lease": settings.SEND_LEASE_SECONDS,
        "memory": adapters.memory_of(step.channel),
    }
    with connection.cursor() as cursor:
        _GATE.run(cursor, values)
        return list(cursor.fetchall())


def _allowed_from(batch: Batch, rows: Sequence[Claimed], business: datetime) -> dict[str, datetime]:
    """When advertising may come, by zone; quiet hours are for advertising only."""
    run, zones = batch.step.run, {row.timezone for row in rows}
    if batch.step.purpose != "marketing" or run.quiet_from is None or run.quiet_until is None:
        return dict.fromkeys(zones, business)
    window = Window(run.quiet_from, run.quiet_until)
    return {zone: allowed_from(business, _known(zone, batch), window) for zone in zones}


def _known(zone: str, batch: Batch) -> str:
    """The zone, or the shop's: one that was written past the checks holds up nobody else."""
    return next(filter(is_zone, (zone, batch.step.run.workspace.timezone)), "UTC")
