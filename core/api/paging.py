"""Keyset pages behind opaque signed cursors: stable while rows are added, at most 200 a page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput
from core.scoping import Scope

PAGE = 50
MAX_PAGE = 200
# The query parameters of every list.
PAGING: dict[str, dict[str, Any]] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": PAGE},
    "cursor": {"type": "string", "maxLength": 500, "description": "`next` of the page before."},
}
SALT = "core.api.cursor"


class InvalidCursor(InvalidInput):
    code = "invalid_cursor"
    sentence = _("This cursor is not one of ours, or belongs to another list.")


@dataclass(frozen=True)
class Cursor:
    """Where a page starts: after the place `after` (an id, or a list of sort keys)."""

    scope: Scope
    name: str
    limit: int
    after: Any = None

    @classmethod
    def read(cls, scope: Scope, name: str, query: dict[str, Any]) -> "Cursor":
        """From checked query parameters `limit` and `cursor`."""
        token, limit = query.get("cursor"), query.get("limit", PAGE)
        after = _after(token, cls._owner(scope, name)) if token else None
        return cls(scope=scope, name=name, limit=limit, after=after)

    def token(self, last: Any) -> str:
        """The cursor of the page after `last` (what `after` will be)."""
        return signing.dumps([self._owner(self.scope, self.name), last], salt=SALT)

    @staticmethod
    def _owner(scope: Scope, name: str) -> str:
        return f"{scope.workspace_id}:{name}"


def _after(token: str, owner: str) -> Any:
    try:
        whose, last = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise InvalidCursor from error
    if whose != owner:
        raise InvalidCursor
    return last


def page_of(
    rows: QuerySet[Any], cursor: Cursor, present: Callable[[list[Any]], list[dict[str, Any]]]
) -> dict[str, Any]:
    """One page of a queryset, newest id first; `present` gets all rows of the page at once."""
    if cursor.after is not None:
        rows = rows.filter(pk__lt=cursor.after)
    found = list(rows.order_by("-pk")[: cursor.limit + 1])
    page = found[: cursor.limit]
    more = len(found) > cursor.limit
    return {"items": present(page), "next": cursor.token(page[-1].pk) if more else None}
