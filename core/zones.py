"""Time zones by their IANA names."""

from functools import cache
from zoneinfo import available_timezones

# What a machine calls its own zone, and what stands for none: neither says where a person lives.
NOT_PLACES = frozenset({"localtime", "Factory"})


@cache
def names() -> frozenset[str]:
    """Every zone there is; the files of zones are looked through once a process."""
    return frozenset(available_timezones()) - NOT_PLACES


def is_zone(name: str) -> bool:
    return name in names()
