"""What a signed link stands for: the delivery, the person, where it leads."""

from dataclasses import dataclass

from campaigns.models import Channel, Delivery, RunLink
from campaigns.models.channels import IDENTITY_OF
from campaigns.rules.tokens import Claims
from campaigns.selectors.people import masked
from crm.models import ConsentState, Identity


@dataclass(frozen=True, slots=True)
class TrackedDelivery:
    """A delivery as its links know it; `address` is None when the person has none any more."""

    id: int
    workspace_id: int
    customer_id: int
    shop: str
    channel_kind: str
    address: str | None

    @property
    def masked_address(self) -> str:
        """Enough to recognise the address, too little to copy it."""
        return masked(self.address or "")


@dataclass(frozen=True, slots=True)
class TrackedLink:
    """A link of a delivery and where it leads."""

    delivery_id: int
    customer_id: int
    link_id: int
    url: str


def delivery_of(claims: Claims) -> TrackedDelivery | None:
    """The delivery that the claims name, if it is of that workspace."""
    found = Delivery.objects.within(claims.workspace_id).filter(pk=claims.delivery_id)
    row = found.values("id", "customer_id", "workspace__name", "step__channel_kind").first()
    if row is None:
        return None
    kind = row["step__channel_kind"]
    identities = Identity.objects.within(claims.workspace_id)
    address = (
        identities.filter(customer_id=row["customer_id"], kind=IDENTITY_OF[kind])
        .order_by("id")
        .values_list("value", flat=True)
        .first()
    )
    return TrackedDelivery(
        id=row["id"],
        workspace_id=claims.workspace_id,
        customer_id=row["customer_id"],
        shop=row["workspace__name"],
        channel_kind=kind,
        address=address,
    )


def link_of(claims: Claims) -> TrackedLink | None:
    """The link that the claims name, if it belongs to the delivery's own step."""
    link = RunLink.objects.within(claims.workspace_id).filter(pk=claims.link_id).first()
    delivery = Delivery.objects.within(claims.workspace_id).filter(pk=claims.delivery_id)
    row = delivery.values("id", "customer_id", "step_id").first()
    if link is None or row is None or link.step_id != row["step_id"]:
        return None
    return TrackedLink(row["id"], row["customer_id"], link.pk, link.url)


def is_unsubscribed(delivery: TrackedDelivery) -> bool:
    """Whether this person has withdrawn from advertising in this channel."""
    states = ConsentState.objects.within(delivery.workspace_id)
    found: bool = states.filter(
        customer_id=delivery.customer_id,
        channel=delivery.channel_kind,
        purpose="marketing",
        state="withdrawn",
    ).exists()
    return found


def channel_of(channel_id: int) -> Channel | None:
    """A channel by the number in its call-back address."""
    found: Channel | None = Channel.unscoped.filter(pk=channel_id).first()
    return found
