"""Sends a row of messages over a few connections at once, in one thread.

In each round every connection is given a message, then every one is heard: while a server is at
one message the next is already on its way, and a round trip is shared by all of them. Only one
message a connection is ever unanswered, so that is what a lost connection leaves in doubt.
"""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from campaigns.channels.base import Result
from campaigns.channels.smtp_session import Envelope, SmtpSession

# Seconds that a round may take before they are taken off the others' time.
WORTH_COUNTING = 0.25


class Ready(NamedTuple):
    """A message of the batch with its place there."""

    place: int
    envelope: Envelope


@dataclass(slots=True)
class _Lane:
    """A connection, the message it is at and the one that was begun after it."""

    session: SmtpSession
    now: Ready
    following: Ready | None = None

    def hand_over(self, waiting: deque[Ready]) -> Result | None:
        self.following = waiting.popleft() if waiting else None
        ahead = self.following.envelope if self.following else None
        return self.session.hand_over(self.now.envelope, ahead)

    def answer(self) -> Result:
        return self.session.answer(self.now.envelope)


def send_over(
    sessions: Sequence[SmtpSession], waiting: deque[Ready], deadline: float
) -> Iterator[tuple[int, Result]]:
    """Yield place and result of each message that was sent or refused; `waiting` keeps the rest.

    `deadline` is a monotonic second: what is late is not begun.
    """
    lanes = list(_begun(sessions, waiting))
    while lanes:
        yield from _round(lanes, waiting)
        is_late = time.monotonic() > deadline
        lanes = [lane for lane in lanes if _goes_on(lane, waiting, is_late=is_late)]


def _begun(sessions: Sequence[SmtpSession], waiting: deque[Ready]) -> Iterator[_Lane]:
    for session in sessions:
        if waiting:
            lane = _Lane(session, waiting.popleft())
            session.begin(lane.now.envelope)
            yield lane


def _round(lanes: Sequence[_Lane], waiting: deque[Ready]) -> Iterator[tuple[int, Result]]:
    began, handed_over = time.monotonic(), list[_Lane]()
    for lane in lanes:
        _count(lane, began)
        refusal = lane.hand_over(waiting)
        if refusal is None:
            handed_over.append(lane)
        else:
            yield lane.now.place, refusal
    for lane in handed_over:
        _count(lane, began)
        yield lane.now.place, lane.answer()


def _count(lane: _Lane, began: float) -> None:
    """A round is waited for once, not once a connection."""
    waited = time.monotonic() - began
    if waited > WORTH_COUNTING:
        lane.session.hurry(waited)
    else:
        lane.session.calm_down()


def _goes_on(lane: _Lane, waiting: deque[Ready], *, is_late: bool) -> bool:
    """Whether the lane has another message; one that was begun in vain waits again, first."""
    if is_late:
        lane.session.close()
    following, lane.following = lane.following, None
    if following is None:
        return False
    if lane.session.is_broken:
        waiting.appendleft(following)
        return False
    lane.now = following
    return True
