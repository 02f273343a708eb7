"""Refusals: named statements with a stable code, mapped to HTTP once (core.api.problems)."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal. `code` never changes, `status` is its HTTP status, `sentence` is for people.

    `fields` lists what was wrong: [{"field": "phone", "code": "…", "message": "…"}].
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422
    sentence: ClassVar[Any] = _("This cannot be done.")
    # Whether the same request would be refused later too; if not, a retry is run again.
    is_final: ClassVar[bool] = True

    def __init__(
        self, detail: str = "", *, fields: Sequence[Mapping[str, Any]] = (), **facts: Any
    ) -> None:
        self.detail = detail or str(self.sentence)
        self.fields = list(fields)
        self.facts = facts
        super().__init__(self.detail)


class ScopeRequired(RuntimeError):
    """A programmer asked for tenant rows without saying whose."""


class NotAllowed(DomainError):
    code = "not_allowed"
    status = 403
    sentence = _("Your role does not allow this.")


class InvalidInput(DomainError):
    code = "invalid_input"
    status = 400
    sentence = _("Some fields are wrong.")


class NotFound(DomainError):
    code = "not_found"
    status = 404
    sentence = _("There is no such thing here.")


class Conflict(DomainError):
    code = "conflict"
    status = 409
    sentence = _("Somebody changed this meanwhile. Reload and try again.")


class LastOwner(DomainError):
    code = "last_owner"
    status = 409
    sentence = _("This is the only owner of a workspace: make somebody else its owner first.")


class ChangedMeanwhile(DomainError):
    code = "changed_meanwhile"
    status = 412
    sentence = _("Somebody changed this meanwhile: read it again and repeat your change.")


class IdempotencyKeyMissing(DomainError):
    code = "idempotency_key_required"
    status = 400
    sentence = _("Send an Idempotency-Key header with this request.")


class IdempotencyKeyInvalid(DomainError):
    code = "idempotency_key_invalid"
    status = 400
    sentence = _("Idempotency-Key takes 1 to 255 printable ASCII characters.")


class IdempotencyKeyReused(DomainError):
    code = "idempotency_key_reused"
    status = 422
    sentence = _("This Idempotency-Key came with another request body before.")


class RequestInFlight(DomainError):
    code = "request_in_flight"
    status = 409
    sentence = _("The same request is still being worked on. Try again shortly.")
