"""Values frozen for one person: read from the base, and fit for the questions the gate asks."""

from collections.abc import Mapping
from typing import Any

import orjson

from core.api import instants

BIGINT = 2**63
# Instants by which the gate decides; it reads them for fifty people at once.
INSTANTS = ("useful_until", "burns_by")


class Unfit(ValueError):
    """Values that no message and no question can be made of."""


def read(stored: Any) -> Mapping[str, Any]:
    """The values by name. Raises Unfit, or what reading JSON and instants raises."""
    values = orjson.loads(stored) if isinstance(stored, str) else stored
    if not isinstance(values, Mapping):
        raise Unfit("not an object")
    for name in INSTANTS:
        if values.get(name) is not None:
            instants.read(values[name])
    if "burns_by" in values:
        _check_points(values.get("points"))
    return values


def _check_points(points: Any) -> None:
    is_number = isinstance(points, int) and not isinstance(points, bool)
    if points is not None and not (is_number and -BIGINT <= points < BIGINT):
        raise Unfit("points")
