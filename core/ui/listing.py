"""Lists by keyset: sort, search and filters live in the URL, pages follow a cursor, never an offset."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import Combinable, F
from django.http import QueryDict

M = TypeVar("M", bound=Model)
SIZE = 50
KEY = "listing_key"
# What reading a cursor that somebody made up may raise, `[1, Infinity]` and a deep nest included.
_SPOILT = (ValueError, TypeError, OverflowError, RecursionError, binascii.Error, ValidationError)


@dataclass(frozen=True)
class Page(Generic[M]):
    """One page of a list; `after` and `before` are addresses, "" at the ends."""

    rows: Sequence[M]
    sort: str = ""
    descending: bool = False
    find: str = ""
    after: str = ""
    before: str = ""
    total: int | None = None
    is_estimate: bool = False
    asked: QueryDict = field(default_factory=QueryDict)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a new search keeps of the URL: the filters and the sort."""
        return [
            (key, value)
            for key, values in self.asked.lists()
            for value in values
            if key not in {"q", "after", "before"}
        ]

    def sorted_by(self, key: str) -> str:
        """The address of this list by another column; the current one turns round."""
        turned = f"-{key}" if self.sort == key and not self.descending else key
        return address(self.asked, sort=turned, after="", before="")


def address(asked: QueryDict, **changes: str) -> str:
    """The query with some keys changed; an empty value drops the key."""
    query = asked.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value:
            query[key] = value
    return f"?{query.urlencode()}"


def page(
    queryset: QuerySet[M],
    asked: QueryDict,
    *,
    sorts: Mapping[str, str | Combinable],
    default: str,
    size: int = SIZE,
    total: int | None = None,
    is_estimate: bool = False,
) -> Page[M]:
    """Cut one page of `queryset` as the URL asks.

    `sorts` names what may be sorted by; each expression must never be NULL (use Coalesce), and
    an index should hold (workspace, expression, id). `default` may begin with "-".
    """
    sort, descending = _order(asked, sorts, default)
    expression = sorts[sort]
    keyed = queryset.annotate(**{KEY: F(expression) if isinstance(expression, str) else expression})
    backwards = "before" in asked and "after" not in asked
    cursor = _decode(asked.get("before" if backwards else "after", ""), keyed)
    downwards = descending != backwards
    if cursor:
        keyed = keyed.filter(_beyond(cursor, downwards=downwards))
    order = (f"-{KEY}", "-pk") if downwards else (KEY, "pk")
    found = list(keyed.order_by(*order)[: size + 1])
    more, rows = len(found) > size, found[:size]
    rows = rows[::-1] if backwards else rows
    return Page(
        rows=rows, sort=sort, descending=descending, find=asked.get("q", ""), asked=asked,
        total=total, is_estimate=is_estimate,
        after=_turn(asked, "after", rows[-1:], more or backwards),
        before=_turn(asked, "before", rows[:1], (more and backwards) or (cursor and not backwards)),
    )  # fmt: skip


def _order(asked: QueryDict, sorts: Mapping[str, Any], default: str) -> tuple[str, bool]:
    wanted = asked.get("sort", "")
    chosen = wanted if wanted.removeprefix("-") in sorts else default
    return chosen.removeprefix("-"), chosen.startswith("-")


def _beyond(cursor: tuple[Any, int], *, downwards: bool) -> Q:
    key, pk = cursor
    way = "lt" if downwards else "gt"
    return Q(**{f"{KEY}__{way}": key}) | Q(**{KEY: key, f"pk__{way}": pk})


def _turn(asked: QueryDict, name: str, edge: Sequence[Any], exists: Any) -> str:
    if not edge or not exists:
        return ""
    other = "before" if name == "after" else "after"
    return address(asked, **{name: _encode(edge[0]), other: ""})


def _encode(row: Any) -> str:
    # str keeps an instant's microseconds, which Django's encoder would cut off.
    text = json.dumps([getattr(row, KEY), row.pk], default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(text: str, queryset: QuerySet[Any]) -> tuple[Any, int] | None:
    """A cursor back to (key, pk); a spoilt one starts from the beginning."""
    try:
        key, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        field_of_key = queryset.query.annotations[KEY].output_field
        return _storable(field_of_key.to_python(key)), int(pk)
    except _SPOILT:
        return None


def _storable(key: Any) -> Any:
    """The key as the database takes it; raises ValueError or OverflowError for one it does not."""
    if isinstance(key, str) and b"\0" in key.encode():
        raise ValueError("a NUL")
    is_instant = isinstance(key, datetime) and key.tzinfo is not None
    return key.astimezone(UTC) if is_instant else key
