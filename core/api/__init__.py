"""What every endpoint of the REST API is made of."""

from core.api.base import Call, WorkspaceApi, existing, operation
from core.api.paging import PAGING, Cursor, page_of
from core.api.shapes import Shape, listing
from core.services.idempotency import Answer

__all__ = [
    "PAGING",
    "Answer",
    "Call",
    "Cursor",
    "Shape",
    "WorkspaceApi",
    "existing",
    "listing",
    "operation",
    "page_of",
]  # fmt: skip
