"""What to expect of a cascade: each step goes to those it can reach who have read none before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expected:
    """A step's expectation in people; fractions are kept until they are shown."""

    recipients: float
    unreachable: float
    reads: float


def expect(patterns: Mapping[tuple[bool, ...], int], rates: Sequence[float]) -> list[Expected]:
    """`patterns` counts people by which steps can reach them, `rates` are the steps' read shares."""
    waiting = {pattern: float(people) for pattern, people in patterns.items()}
    found = []
    for place, rate in enumerate(rates):
        here = sum(people for pattern, people in waiting.items() if pattern[place])
        away = sum(people for pattern, people in waiting.items() if not pattern[place])
        found.append(Expected(here, away, here * rate))
        waiting = {p: people * (1 - rate * p[place]) for p, people in waiting.items()}
    return found
