"""Launches on exactly the number of people that the button named."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from campaigns.errors import AudienceChanged, LaunchNotConfirmed
from campaigns.models import Campaign, CampaignStep, Run
from campaigns.selectors import forecasts
from campaigns.services import launching
from core.models import Workspace
from core.scoping import Scope

# Above this many people the number is typed by hand.
TYPE_ABOVE = 10_000
# In the demo an hour of the send passes in a second,
DEMO_SPEED = 3_600
# and so a step may take this long: half a minute of work, and a night of quiet hours.
DEMO_STEP = timedelta(days=2)


def start(*, scope: Scope, campaign: Campaign, people: int, typed: str, at: datetime) -> Run:
    """Count again, and launch only if `people` is still right and, when many, was typed.

    Raises AudienceChanged, LaunchNotConfirmed, and what launching refuses.
    """
    steps = list(
        CampaignStep.objects.within(scope)
        .filter(campaign=campaign)
        .select_related("channel", "template")
        .order_by("position")
    )
    begins = begins_at(workspace=scope.workspace, steps=steps, at=at)
    planned = forecasts.forecast(
        campaign=campaign, steps=steps, at=begins, segments=[1] * len(steps)
    )
    if planned.receive != people or not people:
        raise AudienceChanged
    digits = "".join(sign for sign in typed if sign.isdigit())
    if people > TYPE_ABOVE and digits != str(people):
        raise LaunchNotConfirmed
    speed = DEMO_SPEED if scope.workspace.is_demo else 1
    return launching.launch(
        scope=scope, campaign=campaign, at=at, speed=speed, business_start=begins
    )


def begins_at(*, workspace: Workspace, steps: Sequence[CampaignStep], at: datetime) -> datetime:
    """When a run that is launched at `at` begins by its own clock: then its people are counted.

    In the demo so long ago that the hurrying clock is not through before the last step: it never
    gets ahead of us, and nobody is written to in the future.
    """
    if not workspace.is_demo:
        return at
    return at - sum((step.wait + DEMO_STEP for step in steps), timedelta(0))
