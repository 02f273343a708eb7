"""Cells of files that people open in a spreadsheet."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def safe(value: object) -> str:
    """A cell that no spreadsheet runs as a formula (ASVS 1.2.10); numbers stay numbers."""
    text = "" if value is None else str(value)
    if isinstance(value, int | float):
        return text
    return f"'{text}" if text.startswith(DANGEROUS) else text
