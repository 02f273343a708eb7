"""Where each person of a run got to: one furthest stage each, so that the stages add up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns.models import Run
from campaigns.selectors.windows import window_end

# The furthest stage of a person, from the best to the worst.
STAGES = ("bought", "clicked", "read", "delivered", "accepted", "waiting", "not_sent")
# A plain SMTP server reports no delivery: a letter that was taken and did not bounce is there.
DELIVERED = """(delivery.state = 'accepted' AND (
    COALESCE(delivery.delivered_at, delivery.read_at, delivery.clicked_at) IS NOT NULL
    OR (step.channel_kind = 'email' AND delivery.bounced_at IS NULL)))"""
# One row a treated person: times of the facts, the last step's word, and the stage.
PEOPLE = f"""
SELECT facts.*, CASE
    WHEN facts.clicked_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM crm_order AS sale
        WHERE sale.workspace_id = %(workspace)s AND sale.customer_id = facts.customer_id
          AND sale.is_purchase AND sale.placed_at > facts.clicked_at
          AND sale.placed_at <= facts.last_clicked_at + make_interval(days => %(days)s)
          AND sale.placed_at <= %(end)s
    ) THEN 'bought'
    WHEN facts.clicked_at IS NOT NULL THEN 'clicked'
    WHEN facts.read_at IS NOT NULL THEN 'read'
    WHEN facts.is_delivered THEN 'delivered'
    WHEN facts.is_accepted THEN 'accepted'
    WHEN facts.is_waiting THEN 'waiting'
    ELSE 'not_sent' END AS stage
FROM (
    SELECT delivery.member_id, delivery.customer_id,
           min(LEAST(delivery.read_at, delivery.clicked_at)) AS read_at,
           min(delivery.clicked_at) AS clicked_at,
           max(delivery.clicked_at) AS last_clicked_at,
           min(delivery.accepted_at) AS accepted_at,
           bool_or(delivery.unsubscribed_at IS NOT NULL) AS is_unsubscribed,
           bool_or(delivery.state = 'accepted') AS is_accepted,
           bool_or({DELIVERED}) AS is_delivered,
           bool_or(delivery.state IN ('queued', 'claimed', 'sending')) AS is_waiting,
           (array_agg(delivery.reason ORDER BY step.position DESC))[1] AS reason,
           (array_agg(step.channel_kind ORDER BY step.position DESC)
                FILTER (WHERE delivery.state = 'accepted'))[1] AS last_kind,
           array_agg(step.channel_kind || ':' || delivery.state || ':' || delivery.reason || ':'
                || CASE WHEN COALESCE(delivery.read_at, delivery.clicked_at) IS NULL THEN ''
                   ELSE 'read' END ORDER BY step.position) AS path
    FROM campaigns_delivery AS delivery
    JOIN campaigns_runstep AS step ON step.id = delivery.step_id
    WHERE delivery.run_id = %(run)s
    GROUP BY delivery.member_id, delivery.customer_id
) AS facts
"""  # noqa: S608 - constants
_COUNTS = f"""
SELECT stage, CASE WHEN stage = 'not_sent' THEN reason
                   WHEN stage = 'read' AND is_unsubscribed THEN 'unsubscribed'
                   ELSE COALESCE(last_kind, '') END AS reason, count(*)
FROM ({PEOPLE}) AS people GROUP BY 1, 2
"""  # noqa: S608
_LIST = f"""
SELECT people.*, customer.first_name, customer.last_name, identity.value, bought.total
FROM ({PEOPLE}) AS people
JOIN crm_customer AS customer ON customer.id = people.customer_id
LEFT JOIN LATERAL (
    SELECT value FROM crm_identity WHERE customer_id = people.customer_id
      AND kind = CASE people.last_kind WHEN 'sms' THEN 'phone' ELSE 'email' END
    ORDER BY id LIMIT 1
) AS identity ON true
LEFT JOIN LATERAL (
    SELECT sum(total) AS total FROM crm_order AS sale
    WHERE people.stage = 'bought' AND sale.workspace_id = %(workspace)s
      AND sale.customer_id = people.customer_id AND sale.is_purchase
      AND sale.placed_at > people.clicked_at
      AND sale.placed_at <= people.last_clicked_at + make_interval(days => %(days)s)
      AND sale.placed_at <= %(end)s
) AS bought ON true
WHERE stage = %(stage)s AND people.member_id > %(after)s
ORDER BY people.member_id LIMIT %(limit)s
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many people got no further than a stage, for a reason (or by a channel kind)."""

    stage: str
    reason: str
    people: int


@dataclass(frozen=True, slots=True)
class PathMark:
    """One step of a person's way."""

    kind: str
    state: str
    reason: str
    is_read: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the people table; `spent` is minor units bought after a click."""

    member_id: int
    customer_id: int
    name: str
    contact: str
    stage: str
    reason: str
    at: datetime | None
    spent: int | None
    path: tuple[PathMark, ...]


def counts(*, run: Run, ends_at: datetime | None = None) -> list[StageCount]:
    """Everybody of the treated, each in one stage; `ends_at` where the window's end is known."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, _terms(run, ends_at))
        return [StageCount(*row) for row in cursor.fetchall()]


def page(*, run: Run, stage: str, after: int = 0, limit: int = 50) -> list[Person]:
    """People whose furthest stage is `stage`, by keyset."""
    with connection.cursor() as cursor:
        cursor.execute(_LIST, _terms(run, None) | {"stage": stage, "after": after, "limit": limit})
        names = [column[0] for column in cursor.description]
        return [_person(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def _terms(run: Run, ends_at: datetime | None) -> dict[str, Any]:
    return {
        "run": run.pk,
        "workspace": run.workspace_id,
        "days": run.attribution_days,
        "end": ends_at or window_end(run),
    }


def _person(row: dict[str, Any]) -> Person:
    marks = [one.split(":") for one in row["path"]]
    return Person(
        member_id=row["member_id"],
        customer_id=row["customer_id"],
        name=f"{row['first_name']} {row['last_name']}".strip() or f"#{row['customer_id']}",
        contact=masked(row["value"] or ""),
        stage=row["stage"],
        reason=row["reason"],
        at=row["clicked_at"] or row["read_at"] or row["accepted_at"],
        spent=row["total"],
        path=tuple(PathMark(m[0], m[1], m[2], m[-1] == "read") for m in marks),
    )


def masked(address: str) -> str:
    """an•••@example.org, +7900•••••67: enough to recognise, too little to copy."""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:2]}•••@{domain}"
    return f"{address[:5]}•••••{address[-2:]}" if address else ""
