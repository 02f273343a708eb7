"""Where a test of a channel may go, and which steps of a cascade can be tested."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.models import CampaignStep, Channel
from core.models import Membership, standing
from core.scoping import Scope


@dataclass(frozen=True)
class Target:
    """A step and the addresses that its channel may be tested on."""

    step: CampaignStep
    addresses: Sequence[str]


def addresses(*, scope: Scope, channel: Channel, at: datetime) -> list[str]:
    """The team's own e-mails, and what the channel's settings list."""
    listed = [str(one) for one in channel.config.get("test_addresses", [])]
    if channel.kind != "email":
        return listed
    members = Membership.objects.within(scope).filter(standing(at))
    team = members.select_related("user").order_by("id")
    return list(dict.fromkeys([*listed, *(member.user.email for member in team)]))


def targets(*, scope: Scope, steps: Sequence[CampaignStep], at: datetime) -> list[Target]:
    """Every step that can be tested at all."""
    known: dict[int, list[str]] = {}
    for step in steps:
        if step.channel_id not in known:
            known[step.channel_id] = addresses(scope=scope, channel=step.channel, at=at)
    found = [Target(step, known[step.channel_id]) for step in steps]
    return [one for one in found if one.addresses]
