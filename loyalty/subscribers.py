"""What the programme does when the customer base tells of orders and refunds."""

from core.models import Event
from loyalty.selectors import programs
from loyalty.services import following, order_sets


def follow_orders(event: Event) -> None:
    """`crm.orders_changed`, `crm.orders_imported`, `crm.refund_recorded`: earn, or take back."""
    program = programs.find(event.workspace_id)
    if program is not None:
        orders = order_sets.of_payload(event.payload)
        following.follow_orders(program=program, orders=orders, at=event.occurred_at)
