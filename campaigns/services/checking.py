"""Checks a campaign before launch: errors forbid it, warnings say what will happen."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns import audiences
from campaigns.errors import AudienceUnknown, NotReadyToLaunch
from campaigns.models import Campaign, CampaignStep


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check list: `level` is error, warning or passed."""

    level: str
    code: str
    sentence: str
    consequence: str = ""


def require_ready(*, campaign: Campaign, steps: Sequence[CampaignStep]) -> None:
    """Raise NotReadyToLaunch with every error of the check list."""
    errors = [one for one in findings(campaign=campaign, steps=steps) if one.level == "error"]
    if errors:
        raise NotReadyToLaunch(
            "\n".join(one.sentence for one in errors),
            fields=[{"field": one.code, "code": one.code, "message": one.sentence}
                    for one in errors],
        )  # fmt: skip


def findings(*, campaign: Campaign, steps: Sequence[CampaignStep]) -> list[Finding]:
    """The whole check list, errors first."""
    found = [*_about_audience(campaign), *_about_steps(steps)]
    for step in steps:
        found += _about_step(step)
    order = {"error": 0, "warning": 1, "passed": 2}
    return sorted(found, key=lambda one: order[one.level])


def _about_audience(campaign: Campaign) -> list[Finding]:
    try:
        audiences.kind_of(campaign.audience)
    except AudienceUnknown as refusal:
        return [Finding("error", "audience_unknown", refusal.detail)]
    return [Finding("passed", "audience", _("The audience is chosen"))]


def _about_steps(steps: Sequence[CampaignStep]) -> list[Finding]:
    if not steps:
        return [Finding("error", "no_steps", _("Choose the first channel."))]
    dearest = max(step.channel.price_micros for step in steps)
    if len(steps) > 1 and steps[0].channel.price_micros == dearest:
        return [
            Finding(
                "warning", "dear_first", _("The dearest channel goes first"),
                _("Everybody gets it, and the cheap ones save nothing."),
            )
        ]  # fmt: skip
    return [Finding("passed", "order", _("Cheap channels go first"))]


def _about_step(step: CampaignStep) -> list[Finding]:
    if not step.channel.is_active:
        sentence = _("The channel “%(name)s” is switched off.") % {"name": step.channel.name}
        return [Finding("error", "channel_off", sentence)]
    if step.channel.kind != step.template.channel_kind:
        sentence = _("The text “%(name)s” is for another channel.") % {"name": step.template.name}
        return [Finding("error", "template_of_other_channel", sentence)]
    return []
