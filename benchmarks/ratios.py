"""Takes times in turn, and makes rows of their ratios."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.table import Row

ROUNDS = 3
# For what is over in a tenth of a second: a neighbour's moment is as long.
SHORT_ROUNDS = 7


def median(*works: Callable[[], Any], rounds: int = ROUNDS) -> list[float]:
    """Medians of the works' seconds, run in turn so that a noisy moment meets them all."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, seconds in zip(works, taken, strict=True):
            seconds.append(seconds_of(work))
    return [statistics.median(seconds) for seconds in taken]


def seconds_of(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def at_most(work: str, ours: float, floor: float, limit: float, promise: str) -> Row:
    return Row(work, ours, floor, ours / floor, promise, ours <= limit * floor)


def at_least(work: str, ours: float, floor: float, limit: float, promise: str) -> Row:
    """How many times faster we are."""
    return Row(work, ours, floor, floor / ours, promise, floor >= limit * ours)
