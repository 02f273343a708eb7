"""A file's name as it is shown; it is never used as a path."""

import unicodedata

LONGEST = 120


def shown(name: str) -> str:
    """The last part of the name without control and direction marks, at most 120 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(
        c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    )
    clean = clean.strip(" .") or "file"
    return clean if len(clean) <= LONGEST else f"{clean[:80]}…{clean[-30:]}"
