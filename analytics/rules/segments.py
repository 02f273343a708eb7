"""The ten RFM segments: which recency and frequency scores belong to each.

The map is the widely copied one for Online Retail (R by value, F by rank); its figures are
reproduced in tests/analytics/test_reference_rfm.py.
"""

CHAMPIONS = "champions"
LOYAL = "loyal_customers"
POTENTIAL = "potential_loyalists"
NEW = "new_customers"
PROMISING = "promising"
NEED_ATTENTION = "need_attention"
ABOUT_TO_SLEEP = "about_to_sleep"
AT_RISK = "at_risk"
CANT_LOSE = "cant_loose"
HIBERNATING = "hibernating"

# Best first; screens and files list them in this order.
SEGMENTS = (
    CHAMPIONS, LOYAL, POTENTIAL, NEW, PROMISING,
    NEED_ATTENTION, ABOUT_TO_SLEEP, AT_RISK, CANT_LOSE, HIBERNATING,
)  # fmt: skip

# Rows are R1 to R5, columns F1 to F5.
_MAP = (
    (HIBERNATING, HIBERNATING, AT_RISK, AT_RISK, CANT_LOSE),
    (HIBERNATING, HIBERNATING, AT_RISK, AT_RISK, CANT_LOSE),
    (ABOUT_TO_SLEEP, ABOUT_TO_SLEEP, NEED_ATTENTION, LOYAL, LOYAL),
    (PROMISING, POTENTIAL, POTENTIAL, LOYAL, LOYAL),
    (NEW, POTENTIAL, POTENTIAL, CHAMPIONS, CHAMPIONS),
)


def segment_of(r: int, f: int) -> str:
    """The segment of scores from 1 to 5."""
    return _MAP[r - 1][f - 1]


def segments_by_cell() -> list[str]:
    """The segment of each cell, R1F1, R1F2 … R5F5: what SQL looks up by (r - 1) * 5 + f."""
    return [name for row in _MAP for name in row]


def cells_of(segment: str) -> list[tuple[int, int]]:
    """The (r, f) cells of a segment."""
    return [
        (r, f)
        for r, row in enumerate(_MAP, start=1)
        for f, name in enumerate(row, start=1)
        if name == segment
    ]
