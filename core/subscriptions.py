"""Who listens to which fact: apps register their subscribers in `apps.ready()`.

A fact of many rows is subscribed to in the long lane, so that what it entails holds up no send.
"""

from collections import defaultdict
from collections.abc import Callable

from core.models import Event
from core.polling import Lane

Subscriber = Callable[[Event], None]
_subscribers: dict[str, list[Subscriber]] = defaultdict(list)
_long: set[str] = set()


def subscribe(name: str, subscriber: Subscriber, *, lane: Lane = "fast") -> None:
    """Call `subscriber` for every fact of that name, in the relay's transaction. Idempotent.

    A fact with one subscriber in the long lane is handed on there to all of them, in their order.
    """
    if subscriber not in _subscribers[name]:
        _subscribers[name].append(subscriber)
    if lane == "long":
        _long.add(name)


def names_of_long() -> frozenset[str]:
    """The facts that are handed on in the long lane."""
    return frozenset(_long)


def subscribers_of(name: str) -> tuple[Subscriber, ...]:
    return tuple(_subscribers.get(name, ()))
