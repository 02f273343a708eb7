"""What integrators and people hand to the services, and what they get back, item by item.

What comes by the thousand is a struct: a frozen dataclass that costs a tenth to make, and that
holds nothing a cycle could be made of, so the collector of cycles need not look at it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

CREATED, UPDATED, UNCHANGED, REJECTED = "created", "updated", "unchanged", "rejected"


@dataclass(frozen=True)
class CustomerInput:
    """A customer by the caller's own id. None leaves a field as it is; "" empties it.

    `system` names whose id it is ("" for the shop itself). Phone and e-mail come in any usual
    form and are stored in one.
    """

    external_id: str
    system: str = ""
    email: str | None = None
    phone: str | None = None
    card: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    birth_date: date | None = None
    gender: str | None = None
    city: str | None = None
    country: str | None = None
    language: str | None = None
    timezone: str | None = None
    custom: Mapping[str, Any] | None = None


class LineInput(msgspec.Struct, frozen=True, gc=False):
    """A line of an order. `unit_price` in units of the currency, `amount` in minor units.

    Without `amount` the line costs quantity x unit_price, halves to even. `kind` "charge" is
    postage, a fee and the like; "product" needs a sku.
    """

    quantity: Decimal
    unit_price: Decimal
    sku: str = ""
    name: str = ""
    amount: int | None = None
    kind: str = "product"


class OrderInput(msgspec.Struct, frozen=True, gc=False):
    """An order by the caller's own id. `customer` is an external id; None or "" is a guest.

    `total` in minor units: the sum of the sale lines, or all there is when no lines are given.
    """

    external_id: str
    placed_at: datetime
    customer: str | None = None
    system: str = ""
    total: int | None = None
    lines: tuple[LineInput, ...] = ()


@dataclass(frozen=True)
class RefundInput:
    """Money given back. `order` is the order's external id; without it the refund stands alone
    and may name its `customer`. `total` in minor units; None takes the sum of the lines.
    """

    external_id: str
    refunded_at: datetime
    order: str | None = None
    customer: str | None = None
    system: str = ""
    total: int | None = None
    lines: tuple[LineInput, ...] = ()


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What became of one item: its place in the list, our id, and when rejected, why and where."""

    index: int
    external_id: str
    outcome: str
    id: int | None = None
    code: str = ""
    field: str = ""
    # identity_taken names the customers that have it: a merge for a person to decide.
    others: tuple[int, ...] = ()
