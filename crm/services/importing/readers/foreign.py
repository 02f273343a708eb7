"""What is called a table and is none, told by its first bytes."""

import re

from crm.errors import WrongFileType

TABLES = (b"PAR1", b"PK\x03\x04", b"\x1f\x8b")
_NEVER = (b"MZ", b"\x7fELF", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf",
          b"\xd0\xcf\x11\xe0", b"BZh", b"\xfd7zXZ", b"#!", b"\x28\xb5\x2f\xfd", b"SQLite format",
          b"\x89HDF", b"ARROW1", b"FEA1", b"Obj\x01", b"{\\rtf")  # fmt: skip
# A page, an object, a list of objects or of lists.
_MARKUP = re.compile(r"\s*(?:<|\{|\[\s*[\[{])|.{0,1000}<html", re.IGNORECASE | re.DOTALL)


def is_no_text(head: bytes) -> bool:
    """Whether a file that begins like this is of a known kind other than text."""
    return head.startswith((*TABLES, *_NEVER))


def refuse_binary(head: bytes) -> None:
    """Raises WrongFileType for programs, pictures, documents and archives of other kinds."""
    if head.startswith(_NEVER):
        raise WrongFileType


def refuse_text(start: str) -> None:
    """Raises WrongFileType for HTML, XML and JSON."""
    if _MARKUP.match(start):
        raise WrongFileType
