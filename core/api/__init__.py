"""What every endpoint of the REST API is made of."""

from core.api.base import Call, PreconditionFailed, WorkspaceApi, existing, operation
from core.api.paging import PAGING, Cursor, page_of
from core.api.shapes import Shape, listing
from core.services.idempotency import Answer

__all__ = [
    "PAGING", "Answer", "Call", "Cursor", "PreconditionFailed", "Shape", "WorkspaceApi", "listing",
    "existing", "operation", "page_of",
]  # fmt: skip
