"""Refund matching said plainly: a stack of sales a product and price, popped from its top."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """A line of a file: `units` above zero sells, below zero cancels; `minute` orders the file."""

    customer: str
    sku: str
    price: int
    units: int
    minute: int
    number: int


def undone(events: list[Event]) -> dict[tuple[int, int | None], int]:
    """{(cancellation, sale or None): units} over all events."""
    found: dict[tuple[int, int | None], int] = {}
    stacks: dict[tuple[str, str, int], list[list[int]]] = {}
    for event in sorted(events, key=lambda e: (e.minute, e.units < 0, e.number)):
        stack = stacks.setdefault((event.customer, event.sku, event.price), [])
        if event.units > 0:
            stack.append([event.number, event.units])
        else:
            _pop(stack, event, found)
    return found


def _pop(stack: list[list[int]], event: Event, found: dict[tuple[int, int | None], int]) -> None:
    wanted = -event.units
    while wanted and stack:
        taken = min(wanted, stack[-1][1])
        found[event.number, stack[-1][0]] = found.get((event.number, stack[-1][0]), 0) + taken
        stack[-1][1] -= taken
        wanted -= taken
        if not stack[-1][1]:
            stack.pop()
    if wanted:
        found[event.number, None] = wanted
