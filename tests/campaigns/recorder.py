"""A channel adapter for tests: it keeps what it is given and answers as it is told to."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from campaigns.channels.base import (
    Accepted,
    Capabilities,
    Outgoing,
    Receipt,
    Result,
    WebhookError,
)

sent: list[Outgoing] = []
answers: dict[str, Callable[[Outgoing], Result]] = {}
looked_up: dict[str, Result] = {}
capabilities = Capabilities(max_batch=500)


def reset() -> None:
    global capabilities  # noqa: PLW0603 - one provider for the whole test process
    sent.clear()
    answers.clear()
    looked_up.clear()
    capabilities = Capabilities(max_batch=500)


def become(**changes: Any) -> None:
    """Be a provider with other abilities."""
    global capabilities  # noqa: PLW0603
    capabilities = Capabilities(**({"max_batch": 500} | changes))


def answer(with_result: Result | Callable[[Outgoing], Result]) -> None:
    """Answer so from now on."""
    answers["all"] = with_result if callable(with_result) else (lambda _message: with_result)


class RecordingAdapter:
    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = dict(config)

    @property
    def capabilities(self) -> Capabilities:
        return capabilities

    def send_many(self, batch: Sequence[Outgoing]) -> list[Result]:
        sent.extend(batch)
        return [answers.get("all", _accept)(message) for message in batch]

    def lookup(self, ref: str, /) -> Result | None:
        return looked_up.get(ref)

    def read_webhook(
        self, _headers: Mapping[str, str], _body: bytes, /, *, at: datetime
    ) -> list[Receipt]:
        raise WebhookError("no_webhooks", status=404)

    def close(self) -> None:
        pass


def _accept(message: Outgoing) -> Result:
    return Accepted(f"m-{message.ref}")
