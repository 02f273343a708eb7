"""The messages of one customer, for their card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Coalesce

from campaigns.models import Delivery, Suppression
from campaigns.models.channels import IDENTITY_OF
from campaigns.rules.addresses import hash_of
from core.scoping import Scope
from crm.models import Customer


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery as the card tells it; `at` is the run's business time, None while it waits."""

    id: int
    run_id: int
    campaign: str
    channel_kind: str
    template: str
    state: str
    reason: str
    at: datetime | None
    read_at: datetime | None
    clicked_at: datetime | None


def messages_of(
    *, scope: Scope, customer: Customer, most: int, before: int | None = None
) -> list[Message]:
    """The latest messages and those that were not sent, newest first; older than `before`."""
    found = Delivery.objects.within(scope).filter(customer=customer)
    found = found.filter(pk__lt=before) if before is not None else found
    rows = found.order_by("-id").values_list(
        "id", "run_id", "run__name", "step__channel_kind", "step__template_name", "state",
        "reason", Coalesce("accepted_at", "intent_business_at"),
        Coalesce(F("read_at"), F("clicked_at")), "clicked_at",
    )[:most]  # fmt: skip
    return [Message(*row) for row in rows]


def told_before(
    *, scope: Scope, customer: Customer, before: datetime | None, most: int
) -> list[Message]:
    """By the time they are told of: sent, or tried, or the beginning of their run."""
    found = Delivery.objects.within(scope).filter(customer=customer)
    found = found.annotate(
        told=Coalesce("accepted_at", "intent_business_at", "run__business_start")
    )
    found = found.filter(told__lt=before) if before is not None else found
    rows = found.order_by("-told", "-id").values_list(
        "id", "run_id", "run__name", "step__channel_kind", "step__template_name",
        "state", "reason", "told", Coalesce(F("read_at"), F("clicked_at")), "clicked_at",
    )[:most]  # fmt: skip
    return [Message(*row) for row in rows]


def stop_list(
    *, scope: Scope, addresses: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, datetime]]:
    """Why a channel kind must not be used for the first address of its kind, and since when."""
    hashes = {
        kind: hash_of(addresses[identity][0])
        for kind, identity in IDENTITY_OF.items()
        if addresses.get(identity)
    }
    listed = Suppression.objects.within(scope).filter(
        channel_kind__in=hashes, address_hash__in=hashes.values()
    )
    return {
        row.channel_kind: (row.reason, row.since)
        for row in listed
        if bytes(row.address_hash) == hashes[row.channel_kind]
    }
