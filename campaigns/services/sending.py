"""The engine's loop: claim, render, gate and intent, send, record; group by group."""

import logging
import time
from collections.abc import Iterator, Sequence

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
    content = composing.prepare(batch.step)
    for group in _groups(batch.rows):
        messages = composing.compose(batch=batch, content=content, rows=group)
        if not send_group(batch=batch, adapter=adapter, rows=group, messages=messages):
            claiming.release(batch=batch)
            break
    return len(batch.rows)


def send_group(
    *,
    batch: Batch,
    adapter: ChannelAdapter,
    rows: Sequence[Claimed],
    messages: dict[int, Outgoing],
) -> bool:
    """Gate and send one group; says whether the provider seems to be there."""
    ready = [row for row in rows if row.id in messages]
    intents = gate.pass_through(batch=batch, rows=ready) if ready else {}
    if not intents:
        return True
    results = deliver(adapter, [messages[key] for key in intents])
    outcomes.write(
        batch=batch,
        intents=intents,
        results=dict(zip(intents, results, strict=True)),
        capabilities=adapter.capabilities,
        at=database_time(),
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
