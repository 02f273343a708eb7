"""The facts by which those above count and reward what an import brought."""

from datetime import datetime

from core.services import events
from crm.models import Import


def tell(*, of_import: Import, at: datetime) -> None:
    """Record `crm.orders_imported` {"import_id"}, of a file of customers `crm.customers_changed`."""
    is_people = of_import.kind == Import.Kind.CUSTOMERS
    events.record(
        tenant=of_import.workspace_id,
        name="crm.customers_changed" if is_people else "crm.orders_imported",
        at=at,
        payload={"import_id": of_import.pk},
    )


def tell_of_parts(*, of_import: Import, at: datetime) -> None:
    """The same of a load that ended early, when batches of it were written: they stay."""
    written = of_import.report.get("written", {})
    if written.get("created") or written.get("updated"):
        tell(of_import=of_import, at=at)
