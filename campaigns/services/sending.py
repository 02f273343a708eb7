"""The engine's loop: claim, put together, gate and intent, send, record; group by group."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from campaigns.channels.base import Accepted, Ambiguous, ChannelAdapter, Outgoing, Refused, Result
from campaigns.services import adapters, claiming, composing, gate, outcomes, upkeep
from campaigns.services.claiming import Batch, Claimed
from campaigns.services.gate import Intent
from campaigns.services.locks import database_time
from core.tasks import wake

logger = logging.getLogger(__name__)
# Intents committed together: their fsync is shared, and so few are in doubt after a crash.
GROUP = 50
# Groups that may be on their way: one on the wire and one behind it, so that neither the wire nor
# the gate waits for the other. With one that has landed they are what a crash leaves in doubt.
AHEAD = 2
# One turn of the poller: long enough to be worth it, short enough not to starve the others.
TURN_SECONDS = 5.0


def send_due() -> int:
    """Keep the books straight, then send what is due for one turn; returns how many it handled."""
    upkeep.keep_up()
    deadline = time.monotonic() + TURN_SECONDS
    handled = _see_through(lambda: time.monotonic() < deadline)
    if time.monotonic() >= deadline:
        wake("send")
    return handled


def send_batch(*, limit: int = claiming.BATCH) -> int:
    """Claim one batch and see it through; returns how many were claimed."""
    return send_batches(1, limit=limit)


def send_batches(number: int, *, limit: int = claiming.BATCH) -> int:
    """The same for so many batches, one after the other without a pause between them."""
    left = iter(range(number))
    return _see_through(lambda: next(left, None) is not None, limit)


def _see_through(is_going_on: Callable[[], bool], limit: int = claiming.BATCH) -> int:
    handled = 0
    with (
        ThreadPoolExecutor(1, thread_name_prefix="wire") as wire,
        ThreadPoolExecutor(1, thread_name_prefix="pen") as pen,
    ):
        traffic = _Traffic(wire)
        try:
            while is_going_on() and (batch := _claimed(traffic, limit)) is not None:
                handled += len(batch.rows)
                _send(batch, traffic, pen)
        finally:
            traffic.come_down()
    return handled


def _claimed(traffic: "_Traffic", limit: int) -> Batch | None:
    """What is due now, or, if nothing is, when what is in the air has led to the next step."""
    batch = claiming.claim(limit=limit)
    if batch is None and traffic.is_busy:
        traffic.come_down()
        batch = claiming.claim(limit=limit)
    return batch


def _send(batch: Batch, traffic: "_Traffic", pen: Executor) -> None:
    """Group by group, until all are on their way or nobody is at the other end."""
    channel = batch.step.channel
    if not adapters.is_kept(channel):
        # The old connections are about to be closed: nothing may be on them.
        traffic.come_down()
    adapter = adapters.at_hand(channel)
    if adapter is None:
        claiming.let_rest(batch=batch)
        return
    content = composing.prepare(batch.step, on=database_time().date())
    for group, messages in _written(batch, content, pen):
        intents = traffic.intend(batch, [row for row in group if row.id in messages])
        is_there = traffic.take_off(batch, intents, partial(deliver, adapter), messages)
        if not is_there:
            traffic.come_down()
            claiming.release(batch=batch)
            return


def _written(
    batch: Batch, content: composing.Content, pen: Executor
) -> Iterator[tuple[Sequence[Claimed], dict[int, Outgoing]]]:
    """Each group with its messages; the next ones' are put together while the gate is asked."""
    groups = [
        (group, pen.submit(composing.compose, content=content, rows=group))
        for group in _groups(batch.rows)
    ]
    try:
        for group, writing in groups:
            messages, broken = writing.result()
            if broken:
                composing.fail(batch=batch, delivery_ids=broken)
            yield group, messages
    finally:
        for _group, writing in groups:
            writing.cancel()


@dataclass(frozen=True, slots=True)
class _Flight:
    """A group that was intended, and the provider's answers to come."""

    batch: Batch
    intents: Mapping[int, Intent]
    answers: "Future[list[Result]]"

    def results(self) -> dict[int, Result]:
        """Wait for them."""
        return dict(zip(self.intents, self.answers.result(), strict=True))


@dataclass(slots=True)
class _Traffic:
    """What was intended and is not written down yet: groups in the air, and one that has landed.

    Answers are written in the next gate's transaction, which waits for the disk anyway; what is
    more than an "accepted" of each is written by itself, for it may touch what others wait for.
    """

    wire: Executor
    flying: deque[_Flight] = field(default_factory=deque, init=False)
    landed: outcomes.Answered | None = field(default=None, init=False)

    @property
    def is_busy(self) -> bool:
        return bool(self.flying) or self.landed is not None

    def intend(self, batch: Batch, rows: Sequence[Claimed]) -> dict[int, Intent]:
        """Who may be written to; what has landed is on record afterwards, or was refused."""
        landed, self.landed = self.landed, None
        if landed is None or not (rows and landed.is_plain):
            self._record(landed)
            return gate.pass_through(batch=batch, rows=rows) if rows else {}
        try:
            return gate.pass_through(batch=batch, rows=rows, also=landed.record)
        except Exception:
            self._record(landed)
            raise

    def take_off(
        self,
        batch: Batch,
        intents: Mapping[int, Intent],
        deliver_them: Callable[[Sequence[Outgoing]], list[Result]],
        messages: Mapping[int, Outgoing],
    ) -> bool:
        """Send these behind those before them; says whether somebody seems to be there."""
        is_there = self._land() if len(self.flying) == AHEAD else True
        if intents:
            answers = self.wire.submit(deliver_them, [messages[key] for key in intents])
            self.flying.append(_Flight(batch, intents, answers))
        return is_there

    def come_down(self) -> None:
        """Wait for what is in the air and write everything down."""
        while self.is_busy:
            landed, self.landed = self.landed, None
            self._record(landed)
            if self.flying:
                self._land()

    def _land(self) -> bool:
        flight = self.flying.popleft()
        results = flight.results()
        self.landed = outcomes.Answered(flight.batch, flight.intents, results)
        return any(isinstance(result, Accepted | Refused) for result in results.values())

    def _record(self, landed: "outcomes.Answered | None") -> None:
        if landed is not None:
            outcomes.write(batch=landed.batch, intents=landed.intents, results=landed.results)


def deliver(adapter: ChannelAdapter, messages: Sequence[Outgoing]) -> list[Result]:
    """Hand messages to the provider, outside any transaction, as many a call as it takes."""
    size = max(1, adapter.capabilities.max_batch)
    return [
        result
        for start in range(0, len(messages), size)
        for result in _handed(adapter, messages[start : start + size])
    ]


def _handed(adapter: ChannelAdapter, messages: Sequence[Outgoing]) -> list[Result]:
    """One call; an adapter that breaks its word and raises leaves all of it in doubt."""
    try:
        return adapter.send_many(messages)
    except Exception as error:  # noqa: BLE001 - what others are sent waits behind it
        name = type(error).__name__
        logger.error("a call of %s messages failed: %s", len(messages), name)  # noqa: TRY400
        return [Ambiguous(name)] * len(messages)


def _groups(rows: Sequence[Claimed]) -> Iterator[Sequence[Claimed]]:
    for start in range(0, len(rows), GROUP):
        yield rows[start : start + GROUP]
