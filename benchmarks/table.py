"""One row of the table of promises."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A piece of work, ours against its floor of the same run, and whether the promise is kept."""

    work: str
    ours: float
    floor: float
    ratio: float
    promise: str
    kept: bool
