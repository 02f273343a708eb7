"""Checks a campaign before launch: errors forbid it, warnings say what will happen."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import audiences
from campaigns.errors import AudienceUnknown, NotReadyToLaunch
from campaigns.models import Campaign, CampaignStep
from campaigns.rules.templates import Problem, TemplateRefused
from campaigns.selectors import texts

_PROBLEMS = {
    "unknown_variable": gettext_lazy("nothing is known as “%s” for this audience"),
    "unknown_filter": gettext_lazy("there is no filter “%s”"),
    "unknown_tag": gettext_lazy("there is no tag “%s”"),
    "needs_default": gettext_lazy("“%s” may be missing: give a default"),
    "needs_date": gettext_lazy("“%s” is a day: give it a format"),
    "needs_money": gettext_lazy("“%s” is money: give it a format"),
    "syntax": gettext_lazy("it cannot be read"),
}


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
    return _about_texts(step)


def _about_texts(step: CampaignStep) -> list[Finding]:
    """Whether the texts can be put together for everybody, and leave a way out."""
    template = step.template
    wording = texts.Wording(step.channel.kind, template.subject, template.html, template.text)
    try:
        texts.texts_of(wording, texts.known_to(step.campaign.audience))
    except TemplateRefused as refusal:
        return [_problem(template.name, problem) for problem in refusal.problems[:3]]
    if step.channel.kind == "email" and "unsubscribe_url" not in template.html + template.text:
        return [
            Finding(
                "warning", "no_way_out",
                _("“%(name)s” has no link to unsubscribe") % {"name": template.name},
                _("Mail programs still show their own button; people look for the link."),
            )
        ]  # fmt: skip
    passed = _("“%(name)s” can be put together for everybody") % {"name": template.name}
    return [Finding("passed", "text", passed)]


def _problem(name: str, problem: Problem) -> Finding:
    words = _("“%(name)s”, line %(line)s: %(what)s") % {
        "name": name,
        "line": problem.line,
        "what": str(_PROBLEMS.get(problem.code, problem.code)).replace("%s", problem.name),
    }
    return Finding("error", problem.code, words)
