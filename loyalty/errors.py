"""Refusals of the ledger."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class InsufficientPoints(DomainError):
    code = "insufficient_points"
    status = 409
    sentence = _("There are not enough points to spend.")


class IdempotencyConflict(DomainError):
    code = "idempotency_conflict"
    status = 422
    sentence = _("This reference came with other details before. Nothing was changed.")


class PointsOutOfRange(DomainError):
    code = "points_out_of_range"
    status = 422
    sentence = _("Points are a whole number from 1 to 1,000,000,000,000.")


class NothingToReturn(DomainError):
    code = "nothing_to_return"
    status = 409
    sentence = _("These points have been returned already.")


class NotReversible(DomainError):
    code = "not_reversible"
    status = 409
    sentence = _("This operation cannot be undone.")


class ReasonMissing(DomainError):
    code = "reason_missing"
    status = 422
    sentence = _("Say why the points are changed.")


class ProgramIsOff(DomainError):
    code = "program_is_off"
    status = 409
    sentence = _("The programme is switched off: points cannot be spent until it is on again.")
    is_final = False


class NoProgram(DomainError):
    code = "no_program"
    status = 404
    sentence = _("This workspace has no loyalty programme yet.")
