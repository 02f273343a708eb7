"""The states of a delivery with the moves between them that are legal.

The database refuses every other move by a trigger; a test compares that trigger with this table,
so the two cannot drift apart.
"""

from enum import StrEnum


class State(StrEnum):
    """Where a delivery stands; `accepted` means that the provider took the message."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    ACCEPTED = "accepted"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


LEGAL: dict[State, frozenset[State]] = {
    # `suppressed` from here: a set-based stop (erasure, a cascade whose stop fact came).
    # `unknown`, here and below: a try before may have been taken, and there will be no other.
    State.QUEUED: frozenset(
        {State.CLAIMED, State.SUPPRESSED, State.CANCELLED, State.EXPIRED, State.UNKNOWN}
    ),
    # `queued`: the lease ran out, or quiet hours moved it; `failed`: it could not be rendered.
    State.CLAIMED: frozenset(
        {
            State.SENDING,
            State.QUEUED,
            State.SUPPRESSED,
            State.CANCELLED,
            State.EXPIRED,
            State.FAILED,
            State.UNKNOWN,
        }
    ),
    # `queued`: proven not accepted, or the provider dedups and its memory still holds the key.
    State.SENDING: frozenset({State.ACCEPTED, State.FAILED, State.QUEUED, State.UNKNOWN}),
    # `queued`: a look-up proved absence and the message is not marketing.
    State.UNKNOWN: frozenset({State.ACCEPTED, State.FAILED, State.QUEUED}),
    State.ACCEPTED: frozenset(),
    State.FAILED: frozenset(),
    State.SUPPRESSED: frozenset(),
    State.CANCELLED: frozenset(),
    State.EXPIRED: frozenset(),
}
INITIAL = frozenset({State.QUEUED, State.SUPPRESSED})
LEASED = frozenset({State.CLAIMED, State.SENDING})
TERMINAL = frozenset(state for state, onward in LEGAL.items() if not onward)


def is_legal(old: State, new: State) -> bool:
    """Whether a delivery may move from `old` to `new`; staying put (a new due time) is legal."""
    return old == new or new in LEGAL[old]


def legal_pairs() -> list[tuple[str, str]]:
    """Every legal change as (old, new), sorted: the list that the trigger must hold."""
    return sorted((old.value, new.value) for old, onward in LEGAL.items() for new in onward)


def legal_pairs_sql() -> str:
    """The same list as the body of an SQL `IN (…)`, to paste into the trigger's migration."""
    return ", ".join(f"('{old}', '{new}')" for old, new in legal_pairs())
