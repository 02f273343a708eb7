"""Takes a person off advertising in one channel: consent, stop list and receipt together."""

from datetime import datetime

from django.db import transaction

from campaigns.models import Delivery
from campaigns.rules.facts import Fact
from campaigns.selectors.runs import clock_of
from campaigns.selectors.tracked import TrackedDelivery, is_unsubscribed
from campaigns.services import receiving, suppressing
from campaigns.services.locks import lock_customers
from core.scoping import Scope
from crm.models import Customer
from crm.services import consents


@transaction.atomic
def unsubscribe(*, delivery: TrackedDelivery, at: datetime) -> None:
    """Withdraw consent and put the address on the stop list; the second time changes nothing."""
    lock_customers([delivery.customer_id])
    people = Customer.objects.within(delivery.workspace_id).select_related("workspace")
    customer = people.get(pk=delivery.customer_id)
    if not is_unsubscribed(delivery):
        consents.withdraw(
            scope=Scope(workspace=customer.workspace),
            customer=customer,
            channel=delivery.channel_kind,
            stated_at=_business(delivery, at),
            source="unsubscribe_link",
        )
    if delivery.address:
        suppressing.suppress(
            workspace_id=delivery.workspace_id,
            channel_kind=delivery.channel_kind,
            addresses=[delivery.address],
            reason="unsubscribed",
        )
    fact = Fact(delivery.id, delivery.customer_id, "unsubscribed", at, "once")
    receiving.receive(facts=[fact], source="link")


def _business(delivery: TrackedDelivery, at: datetime) -> datetime:
    run = Delivery.unscoped.select_related("run").get(pk=delivery.id).run
    return clock_of(run).business(at)
