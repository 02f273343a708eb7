"""Sets what a channel costs and how much of it gets read, and sends a test where it is allowed."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from campaigns.channels.base import Accepted, Outgoing
from campaigns.errors import AddressNotAllowed
from campaigns.models import Channel
from campaigns.selectors import allowed_tests
from campaigns.services import adapters
from core.scoping import Scope
from core.services import audit

MICROS = 1_000_000


@transaction.atomic
def configure(
    *, scope: Scope, channel: Channel, price: Decimal, read_rate: Decimal, is_active: bool,
    test_addresses: Sequence[str] | None = None,
) -> None:  # fmt: skip
    """The price of a send in the workspace's currency, the share that reads; runs keep theirs.

    `test_addresses` is where tests may go besides the team; None leaves them as they are. What is
    so already is not written.
    """
    before, was = _told(channel), _terms(channel)
    channel.price_micros = int(price * MICROS)
    channel.read_rate, channel.is_active = read_rate, is_active
    if test_addresses is not None:
        channel.config = {**channel.config, "test_addresses": list(test_addresses)}
    if _terms(channel) == was:
        return
    channel.save(update_fields=["price_micros", "read_rate", "is_active", "config"])
    audit.write(
        scope=scope, action="configured", target=channel, before=before, after=_told(channel)
    )


def _terms(channel: Channel) -> tuple[object, ...]:
    return channel.price_micros, channel.read_rate, channel.is_active, channel.config


def _told(channel: Channel) -> dict[str, Any]:
    return {
        "price_micros": channel.price_micros,
        "read_rate": str(channel.read_rate),
        "is_active": channel.is_active,
        "test_addresses": len(channel.config.get("test_addresses", [])),
    }


def send_test(
    *, scope: Scope, channel: Channel, address: str, text: str, at: datetime, subject: str = "",
    html: str = "",
) -> str:  # fmt: skip
    """Send one message to an allowed address; returns what went wrong, "" when nothing did."""
    if address not in allowed_tests.addresses(scope=scope, channel=channel, at=at):
        raise AddressNotAllowed
    ref = f"test-{channel.pk}-{int(at.timestamp() * 1000)}"
    message = Outgoing(
        ref=ref, address=address, text=text, subject=subject or text[:250], html=html,
        sender=str(channel.config.get("sender", "")),
    )  # fmt: skip
    adapter = adapters.build(channel)
    try:
        (result,) = adapter.send_many([message])
    finally:
        adapter.close()
    error = "" if isinstance(result, Accepted) else result.reason
    _remember(scope, channel, at, error)
    return error


@transaction.atomic
def _remember(scope: Scope, channel: Channel, at: datetime, error: str) -> None:
    mine = Channel.objects.within(scope).filter(pk=channel.pk)
    mine.update(tested_at=at, test_error=error[:200])
    audit.write(scope=scope, action="tested", target=channel, after={"error": error})
