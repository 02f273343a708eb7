"""What set-based services share: which orders they work on, and how they find an account."""

from dataclasses import dataclass, field
from typing import Any

# A customer's account, joined to `c.customer_id`: by key, whatever the statistics say (OFFSET 0).
OWN_ACCOUNT = """LATERAL (
    SELECT id FROM loyalty_account
    WHERE program_id = %(program)s AND kind = 'customer' AND customer_id = c.customer_id OFFSET 0
) own"""


@dataclass(frozen=True)
class OrderSet:
    """Orders by a condition in SQL over `o`, the rows of crm_order; `params` are its named parameters.

    A large one may be of any number of customers.
    """

    condition: str
    params: dict[str, Any] = field(default_factory=dict)
    is_large: bool = False


EVERY_ORDER = OrderSet("true", is_large=True)


def of_customers(customer_ids: list[int]) -> OrderSet:
    """All orders of these customers."""
    return OrderSet("o.customer_id = ANY(%(of_customers)s)", {"of_customers": customer_ids})


def of_import(import_id: int) -> OrderSet:
    """The orders an import wrote, and those that its refunds undo."""
    return OrderSet(
        "o.id IN (SELECT id FROM crm_order WHERE last_import_id = %(of_import)s UNION"
        " SELECT order_id FROM crm_refund WHERE last_import_id = %(of_import)s)",
        {"of_import": import_id},
        is_large=True,
    )


def of_payload(payload: dict[str, Any]) -> OrderSet:
    """What a fact of the customer base speaks of: {"customer_ids": […]} or {"import_id": n}."""
    if "import_id" in payload:
        return of_import(int(payload["import_id"]))
    return of_customers([int(each) for each in payload["customer_ids"]])
