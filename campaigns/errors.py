"""Refusals of campaigns, each with a stable code."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class AudienceUnknown(DomainError):
    code = "audience_unknown"
    status = 422
    sentence = _("Choose who receives the campaign.")


class AudienceInvalid(DomainError):
    code = "audience_invalid"
    status = 422
    sentence = _("The terms of the audience are wrong.")


class NotReadyToLaunch(DomainError):
    code = "not_ready_to_launch"
    status = 422
    sentence = _("The campaign is not ready to launch. Fix what the check list names.")


class AudienceChanged(DomainError):
    code = "audience_changed"
    status = 409
    sentence = _("The number of people has changed. Check the new number and launch again.")


class RunNotInState(DomainError):
    code = "run_not_in_state"
    status = 409
    sentence = _("The run has moved on meanwhile. Reload the page.")


class CampaignHasRun(DomainError):
    code = "campaign_has_run"
    status = 409
    sentence = _("This campaign is running. Pause or cancel it before launching again.")


class TemplateBroken(DomainError):
    code = "template_broken"
    status = 422
    sentence = _("The message cannot be put together.")


class StepsFull(DomainError):
    code = "steps_full"
    status = 422
    sentence = _("A cascade has at most five steps.")


class LaunchNotConfirmed(DomainError):
    code = "launch_not_confirmed"
    status = 422
    sentence = _("Type the number of people to confirm the launch.")


class AddressNotAllowed(DomainError):
    code = "address_not_allowed"
    status = 422
    sentence = _("A test goes only to the addresses allowed for this channel.")
