"""Signs that nobody sees: controls, turns of direction, widths of nothing.

Two ids that look the same must be the same, so an id with such a sign in it is refused. Names are
only read, so there they are left out; what parts or joins letters inside a word (Persian, Hindi,
emoji) is writing and stays.
"""

import re

from crm.rules.faults import Fault

_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
# A NUL is not here: it is refused everywhere, by a code of its own.
_LEFT_OUT = re.compile(
    r"[\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_LOOSE_JOINERS = re.compile(r"(?<!\S)[\u200c\u200d]++|(?<![\u200c\u200d])[\u200c\u200d]++(?!\S)")


def refuse_hidden(text: str, field: str = "") -> None:
    """Refuse an id with a sign that nobody sees. Codes: nul, hidden_sign."""
    if not text.isprintable() and _HIDDEN.search(text):
        raise Fault("nul" if "\0" in text else "hidden_sign", field)


def seen(text: str) -> str:
    """A name without signs that nobody sees; breaks and tabs are spaces."""
    if text.isprintable() or not _HIDDEN.search(text):
        return text
    return " ".join(_LOOSE_JOINERS.sub("", _LEFT_OUT.sub("", text)).split())
