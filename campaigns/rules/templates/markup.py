"""Where in a piece of HTML a value stands, and what HTML no message may have.

Everything here takes time in proportion to the text, also for a text made to be slow.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from html import unescape

URL_ATTRIBUTES = frozenset({"href", "src", "background", "cite", "poster"})
_ATTRIBUTE = re.compile(r"(?<![\w:.-])([a-zA-Z_:][\w:.-]*)\s*=\s*(?:\"([^\"]*)|'([^']*))$")
_TAG = re.compile(r"<(?=[a-zA-Z/!])")
_LONGEST_TAG = 4_000
_CODE = re.compile(r"<(/?)(script|style)\b", re.IGNORECASE)
_FORBIDDEN = re.compile(
    r"</?(?:script|iframe|form|object|embed|base|link)\b"
    r"|<meta\s[^<>]*http-equiv\s*=\s*[\"']?\s*refresh\b"
    r"|<[a-z][^<>]*[\s\"'/]on[a-z]{2,20}\s*="
    r"|expression\s*\(|@import",
    re.IGNORECASE,
)
_LINKS = re.compile(
    r"\b(?:href|src|background|action|formaction)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_SCHEMES = frozenset({"http", "https", "mailto", "tel", "cid"})
_BLANK = re.compile(r"[\s\x00-\x20]+")
_LEAVE = re.compile(r"<a\s[^<>]*\bhref\s*=\s*[\"']\s*\{\{\s*unsubscribe_url\s*\}\}", re.IGNORECASE)


class Places:
    """Answers for each index of a source what a value put there would become."""

    def __init__(self, source: str) -> None:
        masked = _masked(_masked(source, "<!--", "-->", " "), "{%", "%}", " ")
        self._masked = _masked(masked, "{{", "}}", "\x01")
        self._code = [(one.start(), not one[1]) for one in _CODE.finditer(self._masked)]
        self._starts = [start for start, _ in self._code]
        self._tags = [one.start() for one in _TAG.finditer(self._masked)]

    def need_at(self, index: int) -> str:
        """Empty where any value may stand, "url" or "url_part" where an address is made.

        Else what is wrong with putting a value there at all.
        """
        if self._is_in_code(index):
            return "value_in_code"
        tag = self._open_tag(index)
        if not tag:
            return ""
        attribute = _ATTRIBUTE.search(tag)
        if attribute is None:
            return "value_outside_quotes"
        name, value = attribute[1].lower(), attribute[2] or attribute[3] or ""
        if name == "style" or name.startswith("on"):
            return "value_in_code"
        if name not in URL_ATTRIBUTES:
            return ""
        return "url_part" if value.strip() else "url"

    def _is_in_code(self, index: int) -> bool:
        before = bisect_right(self._starts, index)
        return before > 0 and self._code[before - 1][1]

    def _open_tag(self, index: int) -> str:
        """The beginning of the tag that holds the index; empty between tags."""
        before = bisect_right(self._tags, index)
        opened = self._tags[before - 1] if before else index
        if opened == index or self._masked.find(">", opened, index) >= 0:
            return ""
        # A tag of such a length is read no further: nothing in it passes for an attribute.
        return self._masked[opened:index] if index - opened < _LONGEST_TAG else "<"


def forbidden(source: str) -> Iterator[tuple[str, int]]:
    """(code, index) of every tag, handler or link that no message may have."""
    for found in _FORBIDDEN.finditer(source):
        yield "forbidden_html", found.start()
    for found in _LINKS.finditer(source):
        target = _BLANK.sub("", unescape(found[1] or found[2] or found[3] or ""))
        scheme = _SCHEME.match(target)
        if scheme and scheme[1].lower() not in _SCHEMES:
            yield "forbidden_link", found.start()


def has_unsubscribe(source: str) -> bool:
    """Whether a letter has an unsubscribe link outside of comments."""
    return bool(_LEAVE.search(_masked(source, "<!--", "-->", " ")))


def _masked(source: str, opening: str, closing: str, sign: str) -> str:
    """The source with what stands between the marks, and they, overwritten; the length stays."""
    pieces: list[str] = []
    place = 0
    while (start := source.find(opening, place)) >= 0:
        end = source.find(closing, start + len(opening))
        stop = len(source) if end < 0 else end + len(closing)
        pieces += (source[place:start], sign * (stop - start))
        place = stop
    return "".join([*pieces, source[place:]])
