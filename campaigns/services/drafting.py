"""Makes a campaign from the preset, and changes its steps; a newer change is never overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.formats import date_format
from django.utils.translation import override

from campaigns import audiences
from campaigns.errors import StepsFull
from campaigns.models import Campaign, CampaignStep, Channel, Template
from campaigns.services import preset_texts, presets
from core.errors import Conflict, NotFound
from core.scoping import Scope
from core.services import audit

USUAL = {"kind": "points_expire_soon", "days": 30, "min_points": 1}
MOST_STEPS = 5
WAIT = timedelta(hours=6)
LONGEST_WAIT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class StepTerms:
    """What a marketer sets of one step; None leaves it as it is."""

    channel_id: int | None = None
    template_id: int | None = None
    wait: timedelta | None = None
    stop_fact: str | None = None


@transaction.atomic
def create(*, scope: Scope, today: date, audience: Mapping[str, Any] | None = None) -> Campaign:
    """A draft over the channels there are, the cheapest first; of "points expire soon" by itself."""
    language = _language(scope)
    wanted = dict(audience or USUAL)
    texts = presets.install_texts(scope=scope, audience=wanted["kind"])
    campaign: Campaign = Campaign.unscoped.create(
        workspace_id=scope.workspace_id,
        name=_name(scope, language, today, wanted),
        audience=wanted,
        control_percent=Decimal(10),
        quiet_from=time(21),
        quiet_until=time(9),
        created_by_id=scope.actor_id if scope.actor_kind == "user" else None,
    )
    for channel in _cheapest_of_each_kind(scope):
        _append(campaign, channel, texts[language, channel.kind])
    audit.write(scope=scope, action="created", target=campaign, after={"name": campaign.name})
    return campaign


def _language(scope: Scope) -> str:
    return scope.workspace.locale if scope.workspace.locale in preset_texts.TEXTS else "en"


def _name(scope: Scope, language: str, today: date, audience: Mapping[str, Any]) -> str:
    """Whom it is for and when it was begun, in the shop's language."""
    with override(language):
        day = date_format(today, "j E" if language == "ru" else "j F")
        whom = audiences.name_of(workspace_id=scope.workspace_id, audience=audience)
    return f"{whom}, {day}"


def _cheapest_of_each_kind(scope: Scope) -> list[Channel]:
    found: dict[str, Channel] = {}
    for channel in Channel.objects.within(scope).filter(is_active=True).order_by("price_micros"):
        found.setdefault(channel.kind, channel)
    return list(found.values())


def _append(campaign: Campaign, channel: Channel, template: Template) -> CampaignStep:
    position = campaign.steps.count() + 1
    step: CampaignStep = CampaignStep.unscoped.create(
        workspace_id=campaign.workspace_id,
        campaign=campaign,
        position=position,
        channel=channel,
        template=template,
        wait=timedelta(0) if position == 1 else WAIT,
    )
    return step


@transaction.atomic
def add_step(*, scope: Scope, campaign: Campaign, seen_at: datetime) -> CampaignStep:
    """One more step: a channel that is not used yet, else the dearest, with its newest text."""
    _take(scope, campaign, seen_at)
    steps = list(campaign.steps.select_related("channel"))
    if len(steps) >= MOST_STEPS:
        raise StepsFull
    used = {step.channel_id for step in steps}
    channels = list(Channel.objects.within(scope).filter(is_active=True).order_by("price_micros"))
    free = [channel for channel in channels if channel.pk not in used]
    if not channels:
        raise NotFound
    channel = (free or channels[-1:])[0]
    step = _append(campaign, channel, _newest_text(scope, campaign, channel.kind))
    _told(scope, campaign, "step_added", {}, step)
    return step


def _newest_text(scope: Scope, campaign: Campaign, kind: str) -> Template:
    """A text for a kind of channel: the ready one in the shop's language, else the newest."""
    ready = preset_texts.for_audience(str(campaign.audience.get("kind", "")))
    named = ready[_language(scope)].get(kind)
    texts = Template.objects.within(scope).filter(channel_kind=kind)
    ours: Template | None = texts.filter(name=named.name).first() if named else None
    found: Template | None = ours or texts.order_by("-id").first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def change_step(
    *, scope: Scope, campaign: Campaign, step_id: int, terms: StepTerms, seen_at: datetime
) -> None:
    """Set what `terms` names; a channel of another kind brings a text of its own kind."""
    _take(scope, campaign, seen_at)
    step = _step(scope, campaign, step_id)
    before, was = _facts(step), _chosen(step)
    if terms.channel_id is not None:
        _use_channel(scope, campaign, step, terms.channel_id)
    if terms.template_id is not None:
        step.template = _own(Template.objects.within(scope), terms.template_id)
    if terms.wait is not None and step.position > 1:
        step.wait = min(max(terms.wait, timedelta(0)), LONGEST_WAIT)
    if terms.stop_fact in CampaignStep.StopFact.values:
        step.stop_fact = terms.stop_fact
    if _chosen(step) == was:
        return
    step.save(update_fields=["channel", "template", "wait", "stop_fact"])
    _told(scope, campaign, "step_changed", before, step)


def _chosen(step: CampaignStep) -> tuple[object, ...]:
    return step.channel_id, step.template_id, step.wait, step.stop_fact


def _use_channel(scope: Scope, campaign: Campaign, step: CampaignStep, channel_id: int) -> None:
    channel: Channel = _own(Channel.objects.within(scope), channel_id)
    if channel.kind != step.template.channel_kind:
        step.template = _newest_text(scope, campaign, channel.kind)
    step.channel = channel


@transaction.atomic
def remove_step(*, scope: Scope, campaign: Campaign, step_id: int, seen_at: datetime) -> None:
    """Take a step out; those after it move up, and the first one waits for nothing."""
    _take(scope, campaign, seen_at)
    step = _step(scope, campaign, step_id)
    before = _facts(step)
    step.delete()
    for position, later in enumerate(campaign.steps.order_by("position"), 1):
        wait = timedelta(0) if position == 1 else later.wait
        campaign.steps.filter(pk=later.pk).update(position=position, wait=wait)
    audit.write(scope=scope, action="step_removed", target=campaign, before=before)


@transaction.atomic
def move_step(
    *, scope: Scope, campaign: Campaign, step_id: int, up: bool, seen_at: datetime
) -> None:
    """Change places with the step before or after; waits and stop facts stay with the places."""
    _take(scope, campaign, seen_at)
    step = _step(scope, campaign, step_id)
    other = campaign.steps.filter(position=step.position + (-1 if up else 1)).first()
    if other is None:
        return
    before = _facts(step)
    rows = campaign.steps
    rows.filter(pk=step.pk).update(position=0)
    rows.filter(pk=other.pk).update(
        position=step.position, wait=step.wait, stop_fact=step.stop_fact
    )
    rows.filter(pk=step.pk).update(
        position=other.position, wait=other.wait, stop_fact=other.stop_fact
    )
    _told(scope, campaign, "step_moved", before, _step(scope, campaign, step_id))


def _take(scope: Scope, campaign: Campaign, seen_at: datetime) -> None:
    """The campaign is ours for this change if nobody has changed it since it was seen."""
    mine = Campaign.objects.within(scope).filter(pk=campaign.pk, updated_at=seen_at)
    if not mine.update(updated_at=Now()):
        raise Conflict
    campaign.refresh_from_db()


def _step(scope: Scope, campaign: Campaign, step_id: int) -> CampaignStep:
    steps = CampaignStep.objects.within(scope).filter(campaign=campaign)
    found: CampaignStep = _own(steps.select_related("channel", "template"), step_id)
    return found


def _own(rows: Any, pk: int) -> Any:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _facts(step: CampaignStep) -> dict[str, Any]:
    return {
        "step": step.position,
        "channel": step.channel.name,
        "text": step.template.name,
        "wait_hours": step.wait.total_seconds() / 3600,
        "stop_fact": step.stop_fact,
    }


def _told(
    scope: Scope, campaign: Campaign, action: str, before: Mapping[str, Any], step: CampaignStep
) -> None:
    audit.write(
        scope=scope, action=action, target=campaign, before=dict(before), after=_facts(step)
    )
