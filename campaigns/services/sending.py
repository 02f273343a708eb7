"""The engine's loop: claim, render, gate and intent, send, record; group by group."""

import logging
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass

from campaigns.channels.base import Accepted, ChannelAdapter, Outgoing, Refused, Result
from campaigns.services import adapters, claiming, composing, gate, outcomes, upkeep
from campaigns.services.claiming import Batch, Claimed
from campaigns.services.locks import database_time
from core.tasks import wake

logger = logging.getLogger(__name__)
# Intents committed together: their fsync is shared, and so few are in doubt after a crash.
GROUP = 50
# One turn of the poller: long enough to be worth it, short enough not to starve the others.
TURN_SECONDS = 5.0


def send_due() -> int:
    """Keep the books straight, then send what is due for one turn; returns how many it handled."""
    upkeep.keep_up()
    deadline = time.monotonic() + TURN_SECONDS
    handled = 0
    while time.monotonic() < deadline:
        count = send_batch()
        handled += count
        if not count:
            return handled
    wake("send")
    return handled


def send_batch(*, limit: int = claiming.BATCH) -> int:
    """Claim one batch and see it through; returns how many were claimed."""
    batch = claiming.claim(limit=limit)
    if batch is None:
        return 0
    adapter = adapters.adapter_of(batch.step.channel)
    content = composing.prepare(batch.step, on=database_time().date())
    with (
        ThreadPoolExecutor(1, thread_name_prefix="pen") as pen,
        ThreadPoolExecutor(1, thread_name_prefix="wire") as wire,
    ):
        _see_through(batch, adapter, _written(batch, content, pen), wire)
    return len(batch.rows)


def _written(
    batch: Batch, content: composing.Content, pen: Executor
) -> Iterator[tuple[Sequence[Claimed], dict[int, Outgoing]]]:
    """Groups with their messages; the next group is written while the last one is seen through."""
    groups = list(_groups(batch.rows))
    ahead = pen.submit(composing.compose, content=content, rows=groups[0])
    for place, group in enumerate(groups):
        messages, broken = ahead.result()
        if place + 1 < len(groups):
            ahead = pen.submit(composing.compose, content=content, rows=groups[place + 1])
        if broken:
            composing.fail(batch=batch, delivery_ids=broken)
        yield [row for row in group if row.id in messages], messages


def _see_through(
    batch: Batch,
    adapter: ChannelAdapter,
    written: Iterator[tuple[Sequence[Claimed], dict[int, Outgoing]]],
    wire: Executor,
) -> None:
    """While one group is on the wire the next one passes the gate; so two are in flight."""
    flying: Flight | None = None
    for rows, messages in written:
        intents = gate.pass_through(batch=batch, rows=rows) if rows else {}
        is_there = flying is None or _land(batch, flying)
        flying = _take_off(adapter, wire, intents, messages)
        if not is_there:
            claiming.release(batch=batch)
            break
    if flying is not None:
        _land(batch, flying)


@dataclass(frozen=True, slots=True)
class Flight:
    """A group that was intended, and the provider's answers to come."""

    intents: dict[int, gate.Intent]
    results: "Future[list[Result]]"


def _take_off(
    adapter: ChannelAdapter,
    wire: Executor,
    intents: dict[int, gate.Intent],
    messages: dict[int, Outgoing],
) -> Flight | None:
    if not intents:
        return None
    return Flight(intents, wire.submit(deliver, adapter, [messages[key] for key in intents]))


def _land(batch: Batch, flight: Flight) -> bool:
    """Record what the provider answered; says whether it seems to be there."""
    results = flight.results.result()
    outcomes.write(
        batch=batch,
        intents=flight.intents,
        results=dict(zip(flight.intents, results, strict=True)),
    )
    return any(isinstance(result, Accepted | Refused) for result in results)


def deliver(adapter: ChannelAdapter, messages: Sequence[Outgoing]) -> list[Result]:
    """Hand messages to the provider, outside any transaction, as many a call as it takes."""
    size = max(1, adapter.capabilities.max_batch)
    return [
        result
        for start in range(0, len(messages), size)
        for result in adapter.send_many(messages[start : start + size])
    ]


def _groups(rows: Sequence[Claimed]) -> Iterator[Sequence[Claimed]]:
    for start in range(0, len(rows), GROUP):
        yield rows[start : start + GROUP]
