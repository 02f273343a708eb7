"""Sets what a channel costs and how much of it gets read, and sends a test where it is allowed."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from campaigns.channels.base import Accepted, Outgoing
from campaigns.errors import AddressNotAllowed
from campaigns.models import Channel
from campaigns.services import adapters
from core.models import Membership
from core.scoping import Scope
from core.services import audit

MICROS = 1_000_000


@transaction.atomic
def configure(
    *, scope: Scope, channel: Channel, price: Decimal, read_rate: Decimal, is_active: bool
) -> None:
    """The price of a send in the workspace's currency, the share that reads; runs keep theirs."""
    before = _told(channel)
    channel.price_micros = int(price * MICROS)
    channel.read_rate, channel.is_active = read_rate, is_active
    channel.save(update_fields=["price_micros", "read_rate", "is_active"])
    audit.write(
        scope=scope, action="configured", target=channel, before=before, after=_told(channel)
    )


def _told(channel: Channel) -> dict[str, Any]:
    return {
        "price_micros": channel.price_micros,
        "read_rate": str(channel.read_rate),
        "is_active": channel.is_active,
    }


def allowed_addresses(*, scope: Scope, channel: Channel) -> list[str]:
    """Where a test may go: the team's own e-mails, and what the channel's settings list."""
    listed = [str(one) for one in channel.config.get("test_addresses", [])]
    if channel.kind != "email":
        return listed
    team = Membership.objects.within(scope).select_related("user").order_by("id")
    return [*listed, *(member.user.email for member in team)]


def send_test(*, scope: Scope, channel: Channel, address: str, text: str, at: datetime) -> str:
    """Send one message to an allowed address; returns what went wrong, "" when nothing did."""
    if address not in allowed_addresses(scope=scope, channel=channel):
        raise AddressNotAllowed
    ref = f"test-{channel.pk}-{int(at.timestamp() * 1000)}"
    message = Outgoing(
        ref=ref, address=address, text=text, subject=text,
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
