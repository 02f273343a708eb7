"""Launches on exactly the number of people that the button named."""

from datetime import datetime

from campaigns.errors import AudienceChanged, LaunchNotConfirmed
from campaigns.models import Campaign, CampaignStep, Run
from campaigns.selectors import forecasts
from campaigns.services import launching
from core.scoping import Scope

# Above this many people the number is typed by hand.
TYPE_ABOVE = 10_000
# In the demo an hour of the send passes in a second.
DEMO_SPEED = 3_600


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
    planned = forecasts.forecast(campaign=campaign, steps=steps, at=at, segments=[1] * len(steps))
    if planned.receive != people or not people:
        raise AudienceChanged
    digits = "".join(sign for sign in typed if sign.isdigit())
    if people > TYPE_ABOVE and digits != str(people):
        raise LaunchNotConfirmed
    speed = DEMO_SPEED if scope.workspace.is_demo else 1
    return launching.launch(scope=scope, campaign=campaign, at=at, speed=speed)
