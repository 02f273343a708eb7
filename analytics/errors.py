"""Refusals of analytics."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class NothingComputed(DomainError):
    """A page or the API asks for figures before the first run."""

    code = "nothing_computed"
    status = 409
    sentence = _("Nothing has been computed yet.")


class ThresholdInvalid(DomainError):
    code = "threshold_invalid"
    status = 400
    sentence = _("A threshold is median, p75, p90 or a number of days from 1 to 3650.")


class FileUnreadable(DomainError):
    """A file that `analyse` cannot make orders of; the detail says why in one line."""

    code = "file_unreadable"
    status = 422
    sentence = _("This file cannot be read.")
