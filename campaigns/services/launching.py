"""Launches a campaign: writes the run with everything frozen, then collects its audience as a job."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns import audiences
from campaigns.errors import CampaignHasRun
from campaigns.models import Campaign, CampaignStep, Run, RunLink, RunStep
from campaigns.rules import links
from campaigns.services import checking
from core.scoping import Scope
from core.services import audit, jobs

FREEZE_JOB = "campaigns.freeze_audience"
OPEN = ("freezing", "running", "paused")


@transaction.atomic
def launch(
    *,
    scope: Scope,
    campaign: Campaign,
    at: datetime,
    speed: int = 1,
    business_start: datetime | None = None,
) -> Run:
    """Freeze the campaign into a run and ask for its audience; progress is the run's job.

    `business_start` dates the run in the past; through that, `speed` business seconds pass in a
    real one.
    Raises NotReadyToLaunch (with what is wrong by field), CampaignHasRun.
    """
    locked = Campaign.objects.within(scope).select_for_update().get(pk=campaign.pk)
    if locked.runs.filter(state__in=OPEN).exists():
        raise CampaignHasRun
    steps = _steps(locked)
    checking.require_ready(campaign=locked, steps=steps)
    run = _freeze_terms(scope, locked, at, speed, business_start or at)
    _freeze_steps(run, steps)
    run.job = jobs.ask(
        tenant=scope, kind=FREEZE_JOB, params={"run": run.pk}, title=locked.name,
        unique_key=f"run:{run.pk}",
    )  # fmt: skip
    Run.objects.within(scope).filter(pk=run.pk).update(job=run.job)
    audit.write(scope=scope, action="launched", target=run, after=_summary(run, steps))
    return run


def _steps(campaign: Campaign) -> list[CampaignStep]:
    found = CampaignStep.objects.within(campaign.workspace_id).filter(campaign=campaign)
    return list(found.select_related("channel", "template").order_by("position"))


def _freeze_terms(
    scope: Scope, campaign: Campaign, at: datetime, speed: int, business_start: datetime
) -> Run:
    run: Run = Run.unscoped.create(
        workspace_id=scope.workspace_id,
        campaign=campaign,
        name=campaign.name,
        launched_by_id=scope.actor_id if scope.actor_kind == "user" else None,
        real_start=at,
        business_start=business_start,
        speed=speed,
        audience=audience_of(campaign),
        control_percent=campaign.control_percent,
        control_salt=f"campaign-{campaign.pk}",
        attribution_days=campaign.attribution_days,
        cap_messages=campaign.cap_messages,
        cap_days=campaign.cap_days,
        quiet_from=campaign.quiet_from,
        quiet_until=campaign.quiet_until,
    )
    return run


def audience_of(campaign: Campaign) -> dict[str, Any]:
    """The campaign's choice of people; raises AudienceUnknown."""
    audiences.kind_of(campaign.audience)
    return dict(campaign.audience)


def _freeze_steps(run: Run, steps: Sequence[CampaignStep]) -> None:
    for position, step in enumerate(steps, 1):
        frozen = RunStep.unscoped.create(
            workspace_id=run.workspace_id,
            run=run,
            position=position,
            channel=step.channel,
            channel_kind=step.channel.kind,
            purpose=step.template.purpose,
            subject=step.template.subject,
            html=step.template.html,
            text=step.template.text,
            template_name=step.template.name,
            template_version=step.template.version,
            wait=step.wait,
            stop_fact=step.stop_fact,
            price_micros=step.channel.price_micros,
            read_rate=step.channel.read_rate,
        )
        _freeze_links(frozen)


def _freeze_links(step: RunStep) -> None:
    found = links.found_in(step.html, step.text)
    rows = [
        RunLink(workspace_id=step.workspace_id, step=step, position=number, url=url)
        for number, url in enumerate(found, 1)
    ]
    RunLink.unscoped.bulk_create(rows)


def _summary(run: Run, steps: Sequence[CampaignStep]) -> dict[str, Any]:
    return {
        "campaign": run.name,
        "audience": run.audience,
        "control_percent": str(run.control_percent),
        "steps": [step.channel.name for step in steps],
        "speed": run.speed,
    }
