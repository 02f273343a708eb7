"""Signs that nobody sees: an id with one is refused, a name is kept without it."""

import pytest

from crm.rules import signs
from crm.rules.faults import Fault

HIDDEN = ["\x01", "\t", "\n", "\x1f", "\x7f", "\x85", "\x9f", "\u200b", "\u200c", "\u200d", "\u200e",
          "\u200f", "\u2028", "\u202a", "\u202e", "\u2060", "\u2066", "\u2069", "\ufeff"]  # fmt: skip
PLAIN = ["a-1", "№ 7", "Анна 5", "a\u00a0b", "é", "張", "🍵", "=1+1", "<b>"]
NAMES = [
    ("An\u200bna", "Anna"), ("\u202eAnna", "Anna"), ("\ufeffAnna\u2069", "Anna"),
    ("Anna\tMaria\r\nIvanova", "Anna Maria Ivanova"), ("An\x07na", "Anna"), ("\u200b", ""),
    ("\u200dAnna\u200c", "Anna"), ("می\u200cخواهم", "می\u200cخواهم"), ("👩\u200d🍳", "👩\u200d🍳"),
    ("Anna  Maria", "Anna  Maria"),
]  # fmt: skip


@pytest.mark.parametrize("sign", HIDDEN)
def test_an_id_with_a_hidden_sign_is_refused(sign: str) -> None:
    with pytest.raises(Fault, match="hidden_sign"):
        signs.refuse_hidden(f"a{sign}b")


@pytest.mark.parametrize("text", PLAIN)
def test_what_can_be_seen_is_taken(text: str) -> None:
    signs.refuse_hidden(text)

    assert signs.seen(text) == text


@pytest.mark.parametrize(("given", "kept"), NAMES)
def test_a_name_is_kept_as_it_is_seen(given: str, kept: str) -> None:
    assert signs.seen(given) == kept
