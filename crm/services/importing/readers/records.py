"""Records of a delimited text: one bad line costs itself, never its neighbours."""

import csv
import gc
import io
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self, TextIO

# (line where it begins, its cells, "" or why it is not taken)
Record = tuple[int, list[str], str]
LONGEST_FIELD = 1 << 20
LONGEST_LINE = LONGEST_FIELD * 4
BLOCK = 1 << 20
LONGEST_VALUE = 254
# Lines that may be read again after a quote that never closes; then they are refused unread.
READ_AGAIN = 2_000_000

csv.field_size_limit(LONGEST_FIELD)


class Physical:
    """Physical lines with their numbers; the last record's lines can be given back."""

    def __init__(self, source: TextIO) -> None:
        self.source = source
        self.number = 0
        self.again: deque[tuple[int, str]] = deque()
        self.taken: list[tuple[int, str]] = []

    def __iter__(self) -> "Physical":
        return self

    def __next__(self) -> str:
        if self.again:
            number, line = self.again.popleft()
        else:
            line = self._next_line()
            if not line:
                raise StopIteration
            self.number += 1
            number = self.number
        self.taken.append((number, line))
        return line

    def _next_line(self) -> str:
        """One line; of one that outgrows any field only the beginning, which is refused later."""
        line = piece = self.source.readline(LONGEST_LINE)
        while len(piece) == LONGEST_LINE and not piece.endswith(("\n", "\r")):
            piece = self.source.readline(LONGEST_LINE)
        return line

    def block(self) -> list[str]:
        """About a megabyte of whole lines, none when something waits to be read again."""
        if self.again:
            return []
        text = self.source.read(BLOCK)
        return list(io.StringIO(text + self._next_line(), newline="")) if text else []

    def give_back(self, lines: list[str]) -> None:
        """Lines of a block that have to be read one by one after all."""
        self.again.extend(enumerate(lines, start=self.number + 1))
        self.number += len(lines)

    def give_back_all_but_first(self) -> None:
        self.again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


class Records:
    """An iterator of records; `width` set, ragged ones are refused."""

    def __init__(self, source: TextIO, delimiter: str) -> None:
        self.source = source
        self.lines = Physical(source)
        self.reader = csv.reader(self.lines, delimiter=delimiter, strict=True)
        self.delimiter = delimiter
        self.width = 0
        self.budget = READ_AGAIN
        self.refused: deque[Record] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.source.close()

    def __iter__(self) -> "Records":
        return self

    def filled(self) -> Iterator[list[str]]:
        """Rows with anything in them; a `sep=;` line before them is passed over."""
        for _, cells, code in self:
            says_delimiter = cells and cells[0].lower().startswith("sep=")
            if not code and not says_delimiter and any(cell.strip() for cell in cells):
                yield _without_empty_end([cell.lstrip("\ufeff") for cell in cells])

    def whole_columns(self) -> tuple[list[int], list[tuple[str, ...]]]:
        """A block by column where every line of it is one good row; nothing where one is not."""
        lines = [] if self.refused else self.lines.block()
        text = "".join(lines)
        if "\0" not in text and (text.isascii() or not _is_broken(text)):
            with _uncollected():
                columns = self._columns_of(lines)
            if columns:
                numbers = range(self.lines.number + 1, self.lines.number + 1 + len(lines))
                self.lines.number += len(lines)
                return list(numbers), columns
        self.lines.give_back(lines)
        return [], []

    def _columns_of(self, lines: list[str]) -> list[tuple[str, ...]]:
        """Of rows of one line each, as wide as the header and not empty; else none at all."""
        try:
            rows = list(csv.reader(lines, delimiter=self.delimiter, strict=True))
        except csv.Error:
            return []
        is_plain = len(rows) == len(lines) and set(map(len, rows)) == {self.width}
        return list(zip(*rows, strict=True)) if is_plain and all(map(any, rows)) else []

    def __next__(self) -> Record:
        while True:
            if self.refused:
                return self.refused.popleft()
            record = self._read()
            if record is not None:
                return record

    def _read(self) -> Record | None:
        """The next record, or None for a blank line."""
        self.lines.taken = []
        try:
            cells = next(self.reader)
        except csv.Error:
            return self._refuse("quotes")
        line, text = self.lines.taken[0] if self.lines.taken else (0, "")
        if not cells:
            return None
        if code := self._fault(cells):
            return self._refuse(code) if len(self.lines.taken) > 1 else (line, [text[:80]], code)
        return line, cells[: self.width] if self.width else cells, ""

    def _fault(self, cells: Sequence[str]) -> str:
        for _, text in self.lines.taken:
            if "\0" in text:
                return "nul"
            if not text.isascii() and _is_broken(text):
                return "encoding"
        if not self.width:
            return ""
        if not any(cells):
            return "empty_row"
        extra = cells[self.width :]
        return "columns" if len(cells) < self.width or any(extra) else ""

    def _refuse(self, code: str) -> Record:
        """Refuse the record's first line and read the rest again, within the budget."""
        self.budget -= len(self.lines.taken)
        if self.budget > 0:
            self.lines.give_back_all_but_first()
        first, *rest = [(n, [text[:LONGEST_VALUE]], code) for n, text in self.lines.taken]
        self.refused.extend(rest)
        return first


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rows have no cycles; the collector would look through each of them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _without_empty_end(cells: list[str]) -> list[str]:
    """A header that ends in delimiters has no nameless columns there."""
    while len(cells) > 1 and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _is_broken(text: str) -> bool:
    """Whether bytes of the line were no text in the file's encoding."""
    if "\ufffd" in text:
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
