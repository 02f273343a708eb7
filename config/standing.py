"""What stays for the life of a process is no garbage, and is not looked through for any."""

import gc

# Objects made and not yet freed before the young ones are looked through: about a large request.
YOUNG = 20_000


def settle_in() -> None:
    """Call when everything is imported: a full collection then passes over what is standing.

    Without it each collection walks through the whole program, in the middle of some request.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
