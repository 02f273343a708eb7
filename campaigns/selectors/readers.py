"""How many people have read, each once, where some channels cannot tell."""

from collections.abc import Sequence

from campaigns.selectors.money import StepRow
from campaigns.selectors.people import StageCount

KNOWN = ("bought", "clicked", "read")


def readers(counts: Sequence[StageCount], steps: Sequence[StepRow]) -> int:
    """Who is known to have read, and the usual share of those whom such a channel reached last.

    Readings of steps are not added up: who reads a letter after the SMS is one person.
    """
    rates = {row.step.channel_kind: row.step.read_rate for row in steps if row.reads_are_estimated}
    known = sum(one.people for one in counts if one.stage in KNOWN)
    likely = (
        int(one.people * rates[one.reason])
        for one in counts
        if one.stage == "delivered" and one.reason in rates
    )
    return known + sum(likely)
