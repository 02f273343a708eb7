"""The kernel's tables."""

from core.models.access import ApiKey, Membership, standing
from core.models.audit import AuditEntry
from core.models.events import Event
from core.models.idempotency import IdempotentRequest
from core.models.jobs import Job
from core.models.people import User
from core.models.tenancy import Workspace

__all__ = [
    "ApiKey", "AuditEntry", "Event", "IdempotentRequest", "Job", "Membership", "User", "Workspace",
    "standing",
]  # fmt: skip
