"""Lists as literals of PostgreSQL arrays, which are read many times faster than ARRAY[…] is planned."""

from collections.abc import Sequence
from datetime import datetime

import orjson


def texts(values: Sequence[str]) -> str:
    """The array of these texts; cast it in the statement, as in `%s::text[]`."""
    if not values:
        return "{}"
    joined = '","'.join(values)
    if "\\" in joined or joined.count('"') != 2 * (len(values) - 1):
        joined = '","'.join([one.replace("\\", "\\\\").replace('"', '\\"') for one in values])
    return '{"' + joined + '"}'


def scalars(values: Sequence[int | bool | datetime | None]) -> str:
    """The same of what has no quotes in it: as JSON it differs from an array by its brackets."""
    return "{" + orjson.dumps(values)[1:-1].decode() + "}"
