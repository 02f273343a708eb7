"""What analytics does when the customer base tells of orders and refunds."""

from analytics.services import dirt, nightly
from core.models import Event


def follow_orders(event: Event) -> None:
    """`crm.orders_changed` and `crm.refund_recorded`: the next run counts these people anew."""
    ids = [int(each) for each in event.payload.get("customer_ids", []) if each]
    dirt.mark(workspace_id=event.workspace_id, customer_ids=ids)


def follow_import(event: Event) -> None:
    """`crm.orders_imported`: its people are counted anew, and at once."""
    import_id = int(event.payload["import_id"])
    dirt.mark_import(workspace_id=event.workspace_id, import_id=import_id)
    nightly.ask_after_import(workspace=event.workspace, import_id=import_id, at=event.occurred_at)
