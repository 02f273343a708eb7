"""The shape in which every reader gives a file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

ROWS_A_CHUNK = 20_000
MAX_COLUMNS = 1_000
# What a file may be once unpacked: a bomb stops here.
MAX_UNPACKED = 4 * 1024**3


@dataclass(frozen=True)
class Rejection:
    """A row that was not taken: its line in the file, the column, the code and the value."""

    line: int
    column: str
    code: str
    value: str = ""


@dataclass
class Chunk:
    """Some rows, by column: `columns[i]` belongs to the i-th wanted name; `lines` number them."""

    lines: list[int]
    columns: list[Sequence[object]]
    rejected: list[Rejection] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.lines) + len(self.rejected)


Chunks = Callable[[Sequence[str]], Iterator[Chunk]]


@dataclass(frozen=True)
class Sheet:
    """A readable file: its column names, what was found out about it, and its rows."""

    columns: list[str]
    chunks: Chunks
    facts: dict[str, str] = field(default_factory=dict)
    # How many rows there are, where the file says so.
    rows: int | None = None


def unique_names(cells: Sequence[object]) -> list[str]:
    """Header cells as names: trimmed, empty ones numbered, repeated ones told apart."""
    names: dict[str, None] = {}
    for position, cell in enumerate(cells, start=1):
        text = str("" if cell is None else cell).replace("\0", "")
        name = " ".join(text.split())[:120] or f"column {position}"
        again = (f"{name} ({number})" for number in count(2))
        names[name if name not in names else next(one for one in again if one not in names)] = None
    return list(names)
