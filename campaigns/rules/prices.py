"""Prices of messages as they are read: no digit that the estimate does not have."""

CENT = 10_000


def rounded(micros: int) -> int:
    """To a hundredth of a unit where there is at least one; tiny prices stay exact."""
    size = abs(micros)
    if size < CENT:
        return micros
    near = (size + CENT // 2) // CENT * CENT
    return near if micros > 0 else -near
