"""What every endpoint of the REST API is made of."""

from core.api.base import Call, PreconditionFailed, WorkspaceApi, operation
from core.api.paging import Cursor, page_of
from core.api.shapes import Shape, listing
from core.services.idempotency import Answer

__all__ = [
    "Answer", "Call", "Cursor", "PreconditionFailed", "Shape", "WorkspaceApi", "listing",
    "operation", "page_of",
]  # fmt: skip
