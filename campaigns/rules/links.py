"""Finds the fixed web addresses in a message and gives each a place to put its tracked link."""

import re
from collections.abc import Iterable, Sequence

# An address inside an attribute or in running text; one with Liquid in it is not fixed.
_ADDRESS = re.compile(r"https?://[^\s\"'<>{}|\\^`]+")
_TRAILING = ".,;:!?)"
VARIABLE = "tracked_link_{}"


def found_in(*texts: str) -> list[str]:
    """The different addresses of these texts, in the order they come."""
    return list(dict.fromkeys(address for text in texts for address in _addresses(text)))


def with_places(text: str, urls: Sequence[str]) -> str:
    """The text with each known address replaced by its Liquid variable."""
    places = {url: "{{ " + VARIABLE.format(number) + " }}" for number, url in enumerate(urls, 1)}

    def place(match: re.Match[str]) -> str:
        url = match[0].rstrip(_TRAILING)
        return places.get(url, url) + match[0][len(url) :]

    return _ADDRESS.sub(place, text)


def variables(tracked: Iterable[str]) -> dict[str, str]:
    """Values for those places."""
    return {VARIABLE.format(number): url for number, url in enumerate(tracked, 1)}


def _addresses(text: str) -> list[str]:
    # What Liquid continues ("https://shop.example/{{ sku }}") differs by person: left alone.
    return [
        match[0].rstrip(_TRAILING)
        for match in _ADDRESS.finditer(text)
        if not text[match.end() :].startswith(("{{", "{%"))
    ]
