"""The check list before a launch: what forbids it, what to know, what is in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext, ngettext

from campaigns.models import Campaign, CampaignStep
from campaigns.selectors.forecasts import Forecast
from campaigns.selectors.previewing import Preview
from campaigns.services import checking
from campaigns.services.checking import Finding
from core.wording import formats

FEW = 30
ORDER = {"error": 0, "warning": 1, "passed": 2}


@dataclass(frozen=True)
class Checklist:
    """Findings by their weight."""

    errors: list[Finding]
    warnings: list[Finding]
    passed: list[Finding]

    @property
    def is_locked(self) -> bool:
        return bool(self.errors)


def checklist(
    campaign: Campaign, steps: Sequence[CampaignStep], planned: Forecast | None,
    previews: Sequence[Preview], *, is_running: bool, is_unsaved: bool, at: datetime,
) -> Checklist:  # fmt: skip
    found = [
        *_about_terms(is_unsaved),
        *checking.findings(campaign=campaign, steps=steps),
        *_about_running(is_running),
        *_about_people(campaign, planned),
        *_about_segments(steps, previews),
        *_about_channels(steps),
        *_about_hours(campaign, at),
    ]
    unique = list(dict.fromkeys(found))
    return Checklist(*([one for one in unique if one.level == level] for level in ORDER))


def _about_terms(is_unsaved: bool) -> list[Finding]:  # noqa: FBT001 - one of several findings
    if not is_unsaved:
        return []
    said = gettext("The terms are not saved"), gettext("Correct the marked fields.")
    return [Finding("error", "terms_unsaved", *said)]


def _about_running(is_running: bool) -> list[Finding]:  # noqa: FBT001 - one of several findings
    if not is_running:
        return []
    said = gettext("The campaign is running"), gettext("Wait for its end, or cancel it first.")
    return [Finding("error", "campaign_has_run", *said)]


def _about_people(campaign: Campaign, planned: Forecast | None) -> list[Finding]:
    if planned is None:
        return []
    if not planned.receive:
        said = gettext("Nobody will get it"), gettext("Choose a wider audience.")
        return [Finding("error", "nobody", *said)]
    control = planned.losses["control"]
    if not campaign.control_percent:
        said = (
            gettext("There is no control group"),
            gettext("What the campaign brings will not be known."),
        )
        return [Finding("warning", "no_control", *said)]
    if control < FEW:
        return [_small_control(control)]
    count = formats.count(control, get_language() or "en")
    passed = gettext("Control group: %(count)s people") % {"count": count}
    return [Finding("passed", "control", passed)]


def _small_control(people: int) -> Finding:
    said = ngettext(
        "Only %(count)s person in the control group",
        "Only %(count)s people in the control group",
        people,
    )
    return Finding(
        "warning", "small_control", said % {"count": people},
        gettext("That is too few to tell what the campaign brings."),
    )  # fmt: skip


def _about_segments(steps: Sequence[CampaignStep], previews: Sequence[Preview]) -> list[Finding]:
    found = []
    for step, preview in zip(steps, previews, strict=True):
        parts = preview.segments.count if step.channel.kind == "sms" else 1
        if parts > 1:
            said = ngettext(
                "The SMS takes %(count)s segment", "The SMS takes %(count)s segments", parts
            )
            consequence = gettext("Each is paid for: shorten the text to one.")
            found.append(Finding("warning", "segments", said % {"count": parts}, consequence))
    return found


def _about_channels(steps: Sequence[CampaignStep]) -> list[Finding]:
    found = []
    for step in steps:
        name = {"name": step.channel.name}
        if step.channel.test_error:
            said = gettext("“%(name)s” did not answer the last test") % name
            found.append(Finding("warning", "channel_test", said, gettext("Test the channel.")))
        if not step.channel.price_micros:
            said = gettext("The price of “%(name)s” is not known") % name
            found.append(
                Finding("warning", "no_price", said, gettext("The bill counts it as free."))
            )
    return found


def _about_hours(campaign: Campaign, at: datetime) -> list[Finding]:
    start, end = campaign.quiet_from, campaign.quiet_until
    if start is None or end is None:
        said = (
            gettext("There are no quiet hours"),
            gettext("Messages may come at night."),
        )
        return [Finding("warning", "no_quiet_hours", *said)]
    now = at.astimezone(ZoneInfo(campaign.workspace.timezone)).time()
    is_quiet = start <= now < end if start < end else now >= start or now < end
    if not is_quiet:
        return [Finding("passed", "quiet_hours", gettext("Quiet hours are set"))]
    said = (
        gettext("Quiet hours are on now"),
        gettext("Messages will wait until %(until)s, each person's local time.")
        % {"until": f"{end:%H:%M}"},
    )
    return [Finding("warning", "quiet_now", *said)]
