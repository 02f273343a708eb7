"""Builders of the customer base's rows."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.models import Workspace
from core.scoping import Scope
from crm.models import Customer, Identity, Import, Order, OrderLine, Product
from crm.services import importing
from tests import build


def customer(within: Workspace, **fields: Any) -> Customer:
    """A customer; `email`, `phone`, `card` and `external_id` become identities."""
    kinds = {"email": "email", "phone": "phone", "card": "card", "external_id": "external"}
    identities = {kinds[name]: fields.pop(name) for name in list(fields) if name in kinds}
    person: Customer = Customer.unscoped.create(workspace=within, **fields)
    for kind, value in identities.items():
        identity(person, kind, value)
    return person


def identity(of: Customer, kind: str, value: str, system: str = "") -> Identity:
    found: Identity = Identity.unscoped.create(
        workspace_id=of.workspace_id, customer=of, kind=kind, value=value, system=system
    )
    return found


def order(
    within: Workspace, *, total: int = 1000, by: Customer | None = None,
    at: datetime = build.NOON, **fields: Any,
) -> Order:  # fmt: skip
    fields.setdefault("external_id", f"order-{build.number()}")
    found: Order = Order.unscoped.create(
        workspace=within, customer=by, total=total, placed_at=at, placed_on=at.date(), **fields
    )
    return found


def line(of: Order, *, sku: str = "A1", quantity: int = 1, price: str = "10") -> OrderLine:
    product, _ = Product.unscoped.get_or_create(workspace_id=of.workspace_id, sku=sku)
    found: OrderLine = OrderLine.unscoped.create(
        workspace_id=of.workspace_id, order=of, position=of.lines.count() + 1, product=product,
        sku=sku, name=sku, quantity=Decimal(quantity), unit_price=Decimal(price),
        amount=int(quantity * Decimal(price) * 100), is_sale=True,
    )  # fmt: skip
    return found


def text_file(folder: Path, text: str, *, name: str = "file.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def loaded(scope: Scope, path: Path, kind: str | None = None, **given: Any) -> Import:
    """The file, taken in and loaded."""
    of_import = importing.register_file(scope=scope, file=path, kind=kind, copy=False, **given)
    return importing.load(of_import=of_import, at=build.NOON)


def checked(scope: Scope, path: Path, kind: str | None = None, **given: Any) -> Import:
    """The file, taken in and checked."""
    of_import = importing.register_file(scope=scope, file=path, kind=kind, copy=False, **given)
    return importing.check(of_import=of_import, at=build.NOON)


def waiting_import(within: Workspace) -> Import:
    """A file that was taken in and waits for its columns to be named."""
    found: Import = Import.unscoped.create(
        workspace=within, kind="orders", file_name=f"{within.name}.csv", path="/nowhere",
        sha256="0" * 64, size=1, columns=[{"name": "customer", "examples": []}],
    )  # fmt: skip
    return found
