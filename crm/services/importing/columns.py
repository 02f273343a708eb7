"""Cells into the text that COPY takes: one parser a group of columns, each value read once."""

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.rules import signs
from crm.rules.faults import Fault

NULL = r"\N"
MISSING = frozenset({"", "nan", "null", "none", "n/a", "na", "nat", r"\n", "#n/a"})
REMEMBERED = 200_000
LONGEST_MISSING = max(map(len, MISSING))
Whole = Callable[[Sequence[object]], list[str] | None]
_SPECIAL = re.compile(r"[\\\t\n\r\0\ud800-\udfff]")
# A half of a surrogate pair stands for a byte that was no text.
_BROKEN = re.compile(r"[\ud800-\udfff]")
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def escaped(text: str) -> str:
    """A text as COPY takes it. Codes: nul, encoding (neither can be stored)."""
    if not _SPECIAL.search(text):
        return text
    if "\0" in text or _BROKEN.search(text):
        raise Fault("nul" if "\0" in text else "encoding")
    return text.translate(_ESCAPES)


def identifier(text: str) -> str:
    """An id as COPY takes it. Codes: nul, encoding, hidden_sign."""
    signs.refuse_hidden(text)
    return escaped(text)


def is_missing(value: object) -> bool:
    """Nothing there: empty, not a number, or a word programs write for nothing."""
    if isinstance(value, str):
        bare = value.strip()
        return len(bare) <= LONGEST_MISSING and bare.lower() in MISSING
    return value is None or value != value  # noqa: PLR0124


class Memory(dict[Any, Any]):
    """Parsed values by raw value; a fault is remembered too, as itself."""

    def __init__(self, parse: Callable[..., str], *, spread: bool) -> None:
        super().__init__()
        self.parse, self.spread, self.has_faults = parse, spread, False

    def __missing__(self, raw: Any) -> Any:
        if len(self) > REMEMBERED:
            self.clear()
        try:
            value: Any = self.parse(*raw) if self.spread else self.parse(raw)
        except Fault as fault:
            self.has_faults, value = True, fault
        self[raw] = value
        return value


@dataclass
class Group:
    """Fields that are read together into one or more columns of the stage.

    `whole` reads a column of texts at once where every cell is plain, and gives None where one is
    not: then each different value is parsed by itself.
    """

    fields: tuple[str, ...]
    stage: tuple[str, ...]
    parse: Callable[..., str]
    whole: Whole | None = None
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.memory = Memory(self.parse, spread=len(self.fields) > 1)

    def is_in(self, columns: Container[str]) -> bool:
        """Whether the file has any of it; what it has none of is left to the stage's defaults."""
        return any(name in columns for name in self.fields)

    def read(self, columns: dict[str, Sequence[object]], rows: int) -> list[Any]:
        """One COPY text (or Fault) a row."""
        memory = self.memory
        if self.whole and (found := self.whole(columns[self.fields[-1]])) is not None:
            return found
        if len(self.fields) == 1:
            return [memory[value] for value in columns[self.fields[0]]]
        given = [columns.get(name) or [None] * rows for name in self.fields]
        return [memory[values] for values in zip(*given, strict=True)]

    def columns_of(self, fault: Fault) -> str:
        """The field a fault is about."""
        return fault.field or self.fields[0]
