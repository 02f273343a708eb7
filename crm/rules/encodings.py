"""Which encoding and which delimiter a text file uses, from its first bytes."""

import codecs
import csv
import re
from collections import Counter

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
KNOWN = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8-r")
DELIMITERS = (",", ";", "\t", "|")
_FREQUENT = set("оеаинтсрвлкмдпу")


def guess(head: bytes) -> str:
    """The encoding of a file that begins like this."""
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    if wide := _wide(head):
        return wide
    return "utf-8" if _mostly_utf8(head) else _cyrillic(head)


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: every other byte of plain text is zero."""
    sample = head[:2000]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 5 < len(sample):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _mostly_utf8(head: bytes) -> bool:
    """Whether the letters beyond ASCII are mostly whole UTF-8 sequences."""
    text = head.decode("utf-8", errors="replace").rstrip("\ufffd")
    broken = text.count("\ufffd")
    return broken == 0 or broken * 4 < sum(not letter.isascii() for letter in text)


def _cyrillic(head: bytes) -> str:
    def letters(name: str) -> int:
        return sum(letter in _FREQUENT for letter in head.decode(name, errors="ignore"))

    return "koi8-r" if letters("koi8-r") > letters("cp1251") else "cp1251"


def guess_delimiter(head: str) -> str:
    """The delimiter most lines agree on; `sep=;` in the first line says it itself."""
    if found := re.match(r"sep=(.)\r?\n", head, re.IGNORECASE):
        return found.group(1)
    return max(DELIMITERS, key=lambda delimiter: _agreement(head, delimiter))


def _agreement(head: str, delimiter: str) -> tuple[int, int]:
    lines = [line for line in re.split(r"\r\n|\r|\n", head)[:40] if line.strip()]
    widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter))
    width, times = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
    return (times if width > 1 else 0, width)
