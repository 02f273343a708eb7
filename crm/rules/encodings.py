"""Which encoding and which delimiter a text file uses, from its first bytes."""

import codecs
import csv
import re
from collections import Counter
from math import log

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
KNOWN = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8-r", "cp866",
    "cp1252", "latin-1",
)  # fmt: skip
DELIMITERS = (",", ";", "\t", "|")
CYRILLIC = ("cp1251", "koi8-r", "cp866")
# How often letters stand in a thousand of Russian text (National Corpus of Russian), by letter;
# a sign that is no Russian letter is a rare one.
_OFTEN = {
    "о": 110, "е": 85, "а": 80, "и": 74, "н": 67, "т": 63, "с": 55, "р": 47, "в": 45, "л": 43,
    "к": 35, "м": 32, "д": 30, "п": 28, "у": 26, "я": 20, "ы": 19, "ь": 17, "г": 17, "з": 16,
    "б": 16, "ч": 15, "й": 12, "х": 10, "ж": 9, "ш": 7, "ю": 6, "ц": 5, "щ": 4, "э": 3, "ф": 3,
    "ъ": 0.4, "ё": 0.4,
}  # fmt: skip
_RARE = 0.3
_BEYOND_ASCII, _CONTEXT = re.compile(rb"[\x80-\xff]"), 2_000
# A small letter before a capital one is as unlikely as a few letters of the wrong alphabet.
_FOREIGN = re.compile(r"[^\0-\x7f]+")
# Short words of price lists whose letters stand for likelier ones in the other encodings.
_SURE = frozenset({"руб", "шт"})
# Hard spaces, quotes, dashes and № say nothing of a language.
_NEUTRAL = b"\x85\x91\x92\x93\x94\x96\x97\xa0\xa9\xab\xae\xb0\xb7\xb9\xbb"
_HIGH_WORDS = re.compile(rb"(?<![A-Za-z])[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_AMONG_LATIN = re.compile(
    rb"(?:[A-Za-z]|\A)[\x80-\xff]{1,2}[A-Za-z]|[A-Za-z]{2}[\x80-\xff]{1,2}(?:[A-Za-z]|\Z)"
)
_OTHER_WORD = re.compile(rb"[\x80-\xff]{3,}")
_EURO_OR_POUND = re.compile(rb"(?<![A-Za-z\x80-\xff])[\x80\xa3](?![A-Za-z\x80-\xff])")
_MIXED, _WORTH = re.compile("[а-яё][А-ЯЁ]"), 5


def guess(head: bytes) -> str:
    """The encoding of a file that begins like this."""
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    if wide := _wide(head):
        return wide
    if _mostly_utf8(head):
        return "utf-8"
    return _western(head) if _is_western(head) else _cyrillic(head)


def from_first_sign(block: bytes) -> bytes:
    """A block from a little before the first byte in it that is not ASCII."""
    found = _BEYOND_ASCII.search(block)
    return block[max(0, found.start() - _CONTEXT) :] if found else block


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


def _is_western(head: bytes) -> bool:
    """Whether the signs beyond ASCII stand one or two among Latin letters, or are a lone £ or €.

    Words of Cyrillic are whole words of such signs. What says neither is no Western text.
    """
    words = set(_HIGH_WORDS.findall(head.translate(None, _NEUTRAL)))
    latin = sum(bool(_AMONG_LATIN.search(word)) for word in words)
    whole = sum(bool(_OTHER_WORD.search(word)) for word in words)
    return latin > whole or (not whole and bool(_EURO_OR_POUND.search(head)))


def _western(head: bytes) -> str:
    """Windows' own where every byte is one of its letters."""
    try:
        head.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _cyrillic(head: bytes) -> str:
    """The encoding that makes the likeliest Russian; cp1251 when nothing tells them apart.

    Capitals of cp1251 are small letters of KOI8-R and the reverse, so letters are judged by how
    often they stand in texts, whatever their case, and words by how they mix cases.
    """
    if head.translate(None, _NEUTRAL).isascii():
        return CYRILLIC[0]
    return max(CYRILLIC, key=lambda name: _likelihood(head.decode(name, errors="replace")))


def _likelihood(text: str) -> float:
    """How Russian the different words of a text are; one that repeats says no more than once."""
    words = set(_FOREIGN.findall(text))
    letters = Counter("".join(words).lower())
    likely = sum(times * log(_OFTEN.get(letter, _RARE)) for letter, times in letters.items())
    mixed = sum(len(_MIXED.findall(word)) for word in words)
    return likely + _WORTH * (len(words & _SURE) - mixed)


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
