"""Log lines without people in them: addresses, phones, secrets and the rows that a database quotes.

Whoever reads logs may not read customers. The masking is of the finished line, traces included,
because what a library or a server puts into an error is not ours to choose.
"""

import logging
import re

HIDDEN = "…"
_LONGEST = 64_000
_MASKS = (
    # What PostgreSQL says of a refused row: its values, the statement around the place, the cell.
    (re.compile(r"^(\s*DETAIL:\s+).*$", re.MULTILINE), r"\1" + HIDDEN),
    (re.compile(r"^(\s*CONTEXT:\s+).*$", re.MULTILINE), r"\1" + HIDDEN),
    (re.compile(r"^(LINE \d{1,9}: ).*$", re.MULTILINE), r"\1" + HIDDEN),
    (re.compile(r"(?<=Failing row contains \().*?(?=\)\.?$)", re.MULTILINE), HIDDEN),
    (re.compile(r"\brk_[\w-]{1,40}(?:\.[\w-]{1,100})?"), "rk_" + HIDDEN),
    (re.compile(r"(/m/[ocu]/)[\w.-]{8,200}"), r"\1" + HIDDEN),
    (re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"), "…@…"),
    # Numbers with a plus, Russian ones without it, and such as are written in groups.
    (re.compile(r"\+\d[\d ()-]{8,18}\d\b"), "+" + HIDDEN),
    (re.compile(r"(?<![\w.-])[78]\d{10}(?![\w.])"), HIDDEN),
    (re.compile(r"(?<![\w.-])[78][ -]?\(?\d{3}\)?[ -]\d{3}[ -]?\d{2}[ -]?\d{2}\b"), HIDDEN),
)


class MaskingFormatter(logging.Formatter):
    """The usual line, and then nobody in it."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def masked(text: str) -> str:
    """The text with personal data and secrets replaced by an ellipsis."""
    text = text if len(text) <= _LONGEST else text[:_LONGEST] + HIDDEN
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text
