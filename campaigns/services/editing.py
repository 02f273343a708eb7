"""Changes a campaign's terms; a change made meanwhile by somebody else is not overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from campaigns.models import Campaign, CampaignStep
from core.errors import Conflict
from core.scoping import Scope
from core.services import audit


@dataclass(frozen=True, slots=True)
class Terms:
    """What a marketer sets; `waits` has one entry a step, the first is 0."""

    name: str
    audience: Mapping[str, Any]
    control_percent: Decimal
    attribution_days: int
    cap_messages: int
    cap_days: int
    quiet_from: time | None
    quiet_until: time | None
    waits: Sequence[timedelta]


@transaction.atomic
def edit(*, scope: Scope, campaign: Campaign, terms: Terms, seen_at: datetime) -> None:
    """Write the terms if nobody has changed the campaign since `seen_at`; none new is no change."""
    unseen = Campaign.objects.within(scope).filter(pk=campaign.pk, updated_at=seen_at)
    wanted = replace(terms, audience=dict(terms.audience), waits=list(terms.waits))
    if wanted == _terms_of(campaign) and unseen.exists():
        return
    before = _told(campaign)
    if not unseen.update(
        name=terms.name,
        audience=dict(terms.audience),
        control_percent=terms.control_percent,
        attribution_days=terms.attribution_days,
        cap_messages=terms.cap_messages,
        cap_days=terms.cap_days,
        quiet_from=terms.quiet_from,
        quiet_until=terms.quiet_until,
        updated_at=Now(),
    ):
        raise Conflict
    for position, wait in enumerate(terms.waits, 1):
        CampaignStep.objects.within(scope).filter(campaign=campaign, position=position).update(
            wait=wait
        )
    campaign.refresh_from_db()
    audit.write(scope=scope, action="edited", target=campaign, before=before, after=_told(campaign))


@transaction.atomic
def copy(*, scope: Scope, campaign: Campaign, name: str) -> Campaign:
    """A new campaign with the same terms and steps."""
    steps = list(CampaignStep.objects.within(scope).filter(campaign=campaign))
    made: Campaign = Campaign.unscoped.create(
        workspace_id=scope.workspace_id,
        name=name[:120],
        audience=campaign.audience,
        control_percent=campaign.control_percent,
        attribution_days=campaign.attribution_days,
        cap_messages=campaign.cap_messages,
        cap_days=campaign.cap_days,
        quiet_from=campaign.quiet_from,
        quiet_until=campaign.quiet_until,
        created_by_id=scope.actor_id if scope.actor_kind == "user" else None,
    )
    for step in steps:
        step.pk, step.campaign = None, made
        step.save(force_insert=True)
    audit.write(scope=scope, action="copied", target=made, after={"from": campaign.pk})
    return made


def _terms_of(campaign: Campaign) -> Terms:
    """What is set already, in the form in which it is asked for."""
    named = {
        name: getattr(campaign, name) for name in Terms.__dataclass_fields__ if name != "waits"
    }
    return Terms(**named, waits=_waits(campaign))


def _waits(campaign: Campaign) -> list[timedelta]:
    steps = CampaignStep.objects.within(campaign.workspace_id).filter(campaign=campaign)
    return list(steps.order_by("position").values_list("wait", flat=True))


def _told(campaign: Campaign) -> dict[str, Any]:
    return {
        "name": campaign.name,
        "audience": campaign.audience,
        "control_percent": str(campaign.control_percent),
        "attribution_days": campaign.attribution_days,
        "cap": [campaign.cap_messages, campaign.cap_days],
        "quiet": [str(end or "")[:5] for end in (campaign.quiet_from, campaign.quiet_until)],
        "wait_hours": [wait.total_seconds() / 3600 for wait in _waits(campaign)],
    }
