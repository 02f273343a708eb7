"""Who listens to which fact: apps register their subscribers in `apps.ready()`."""

from collections import defaultdict
from collections.abc import Callable

from core.models import Event

Subscriber = Callable[[Event], None]
_subscribers: dict[str, list[Subscriber]] = defaultdict(list)


def subscribe(name: str, subscriber: Subscriber) -> None:
    """Call `subscriber` for every fact of that name, in the relay's transaction. Idempotent."""
    if subscriber not in _subscribers[name]:
        _subscribers[name].append(subscriber)


def subscribers_of(name: str) -> tuple[Subscriber, ...]:
    return tuple(_subscribers.get(name, ()))
