"""How far the cells of a workbook reach, told before its reader lays them out.

The reader keeps every cell, and a place for each of the rectangle between the first and the last
one. Two cells in opposite corners are a kilobyte of a file and gigabytes of places, and a process
that cannot have them ends, with all that it was doing besides.
"""

import re
import zipfile
from functools import cache

from crm.errors import FileTooBig

# Fourteen columns of as many rows as a spreadsheet has: a gigabyte, when all of them hold something.
MOST_CELLS = 15_000_000
MOST_ROWS = 1_048_576
BLOCK = 1 << 20
_PLACE = re.compile(rb"""\br\s{0,9}=\s{0,9}["']\s{0,9}([A-Za-z]{0,9})([0-9]{1,20})\s{0,9}["']""")
_LONGEST_PLACE = 80
# How a value ends; a cell without one is not kept.
_VALUES = (b"/v", b"/is", b":v>", b":is>")


def check(archive: zipfile.ZipFile) -> None:
    """Read every member to its end, where it is proven whole; raises FileTooBig or BadZipFile.

    Every one, since the archive itself says which of them is a sheet.
    """
    for entry in archive.infolist():
        _check_one(archive, entry)


def _check_one(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    columns, rows, filled, before = 1, 0, 0, b""
    with archive.open(entry) as member:
        while block := member.read(BLOCK):
            found = set(_PLACE.findall(before + block))
            columns = max([columns, *(_number(column) for column, _ in found)])
            rows = max([rows, *(int(row) for _, row in found)])
            filled += sum(map(block.count, _VALUES))
            if rows > MOST_ROWS or max(columns * rows, filled) > MOST_CELLS:
                raise FileTooBig
            before = block[-_LONGEST_PLACE:]


@cache
def _number(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27; no letters are none."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
