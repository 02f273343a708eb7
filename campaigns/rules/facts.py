"""A fact about a delivery on its way into the journal of receipts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to a delivery at a real instant.

    `event_id` makes the same event one fact. `is_automatic` marks proxies and scanners: kept,
    never merged.
    """

    delivery_id: int
    customer_id: int
    kind: str
    at: datetime
    event_id: str = ""
    link_id: int | None = None
    is_automatic: bool = False


def opened(delivery_id: int, customer_id: int, *, at: datetime, is_automatic: bool) -> Fact:
    """An opening: at most one an hour is kept, people's and robots' apart."""
    event_id = f"{_who(is_automatic)}:{at:%Y%m%d%H}"
    return Fact(delivery_id, customer_id, "read", at, event_id, None, is_automatic)


def clicked(
    delivery_id: int, customer_id: int, link_id: int, *, at: datetime, is_automatic: bool
) -> Fact:
    """A click: at most one a link and minute is kept."""
    event_id = f"{_who(is_automatic)}:{link_id}:{at:%Y%m%d%H%M}"
    return Fact(delivery_id, customer_id, "clicked", at, event_id, link_id, is_automatic)


def _who(is_automatic: bool) -> str:  # noqa: FBT001
    return "robot" if is_automatic else "person"
