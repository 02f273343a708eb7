"""Lists as literals of PostgreSQL arrays: one text to read, not an expression a value."""

from collections.abc import Sequence
from datetime import datetime

import orjson

_SEAM = '","'


def texts(values: Sequence[str | None]) -> str:
    """`{"a","b, c",NULL}`, to be cast in the statement as in `%s::text[]`.

    A NUL, which no text of the server holds, is left out.
    """
    if not values:
        return "{}"
    if None not in values:
        joined = _SEAM.join(values)  # type: ignore[arg-type]
        marks = _SEAM.count('"') * (len(values) - 1)
        if "\\" not in joined and "\0" not in joined and joined.count('"') == marks:
            return '{"' + joined + '"}'
    return "{" + ",".join(["NULL" if one is None else _quoted(one) for one in values]) + "}"


def scalars(values: Sequence[int | bool | datetime | str | None]) -> str:
    """The same of what needs no escape (a text is an instant): as JSON it differs by its brackets."""
    return "{" + orjson.dumps(values)[1:-1].decode() + "}"


def _quoted(text: str) -> str:
    plain = text.replace("\0", "").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
