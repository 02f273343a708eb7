"""What the composer reads: a campaign's steps, the channels and texts to choose from, who saved it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns import audiences
from campaigns.models import Campaign, CampaignStep, Channel, Template
from campaigns.selectors import texts as composing
from campaigns.selectors.previewing import Reader
from core.models import AuditEntry
from core.scoping import Scope

_READER = """
SELECT chosen.customer_id, chosen.variables, customer.first_name, customer.last_name,
       customer.city, customer.language
FROM ({chosen}) AS chosen JOIN crm_customer AS customer ON customer.id = chosen.customer_id
WHERE customer.workspace_id = %(run_workspace)s AND customer.merged_into_id IS NULL
  AND chosen.customer_id {compare} %(run_person)s
ORDER BY chosen.customer_id {order} LIMIT %(run_limit)s
"""


@dataclass(frozen=True, slots=True)
class Around:
    """A reader and the ids of their neighbours in the audience, 0 at the ends."""

    reader: Reader
    before: int
    after: int


def steps_of(*, scope: Scope, campaign: Campaign) -> list[CampaignStep]:
    found = CampaignStep.objects.within(scope).filter(campaign=campaign)
    return list(found.select_related("channel", "template", "campaign").order_by("position"))


def channels(*, scope: Scope) -> list[Channel]:
    return list(Channel.objects.within(scope).filter(is_active=True).order_by("price_micros"))


def texts(*, scope: Scope) -> list[Template]:
    rows = Template.objects.within(scope).only("id", "name", "channel_kind", "workspace_id")
    return list(rows.order_by("name"))


def last_change(*, scope: Scope, campaign: Campaign) -> AuditEntry | None:
    entries = AuditEntry.objects.within(scope).filter(
        object_kind="campaigns.campaign", object_id=str(campaign.pk)
    )
    found: AuditEntry | None = entries.order_by("-id").first()
    return found


def reader_at(*, campaign: Campaign, at: datetime, person: int = 0) -> Around | None:
    """The person of the audience with this id, or the next one; None for an empty audience."""
    rows = _readers(campaign, at, ">=", "ASC", person, 2) or _readers(
        campaign, at, "<", "DESC", person, 1
    )
    if not rows:
        return None
    earlier = _readers(campaign, at, "<", "DESC", rows[0].customer_id, 1)
    return Around(
        rows[0],
        before=earlier[0].customer_id if earlier else 0,
        after=rows[1].customer_id if len(rows) > 1 else 0,
    )


def _readers(
    campaign: Campaign, at: datetime, compare: str, order: str, person: int, limit: int
) -> list[Reader]:
    chosen = audiences.build(workspace_id=campaign.workspace_id, audience=campaign.audience, at=at)
    terms: dict[str, Any] = {
        "run_workspace": campaign.workspace_id,
        "run_person": person,
        "run_limit": limit,
    }
    sql = _READER.format(chosen=chosen.sql, compare=compare, order=order)
    with connection.cursor() as cursor:
        cursor.execute(sql, {**chosen.params, **terms})
        return [Reader(row[0], composing.as_dict(row[1]), *row[2:]) for row in cursor.fetchall()]
