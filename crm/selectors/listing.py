"""What the customers list shows of each person on its page, in two queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, QuerySet, Sum

from core.scoping import Scope
from crm.models import Customer, Identity, Order

COUNTED_UP_TO = 10_000


@dataclass(frozen=True)
class Row:
    """A customer as the list shows them; `last_on` is the local day of the last purchase."""

    customer: Customer
    phone: str
    email: str
    external: str
    orders: int
    total: int
    last_on: date | None

    @property
    def name(self) -> str:
        full = f"{self.customer.first_name} {self.customer.last_name}".strip()
        return full or self.external or f"#{self.customer.pk}"


def rows(*, scope: Scope, people: Sequence[Customer]) -> list[Row]:
    ids = [person.pk for person in people]
    contacts = _contacts(scope, ids)
    bought = {
        found["customer"]: found
        for found in Order.objects.within(scope)
        .filter(customer__in=ids, is_purchase=True)
        .values("customer")
        .annotate(orders=Count("id"), total=Sum("total"), last=Max("placed_on"))
    }
    return [
        _row(person, contacts.get(person.pk, {}), bought.get(person.pk, {})) for person in people
    ]


def _row(person: Customer, contact: dict[str, str], bought: dict[str, object]) -> Row:
    return Row(
        customer=person,
        phone=contact.get("phone", ""),
        email=contact.get("email", ""),
        external=contact.get("external", ""),
        orders=bought.get("orders", 0),  # type: ignore[arg-type]
        total=bought.get("total", 0),  # type: ignore[arg-type]
        last_on=bought.get("last"),  # type: ignore[arg-type]
    )


def _contacts(scope: Scope, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    identities = Identity.objects.within(scope).filter(customer__in=ids).order_by("-id")
    for customer, kind, value in identities.values_list("customer_id", "kind", "value"):
        found.setdefault(customer, {})[kind] = value
    return found


def counted(people: "QuerySet[Customer]") -> int | None:
    """How many there are, or None when counting them would take long."""
    known = len(people.order_by()[: COUNTED_UP_TO + 1].values_list("pk"))
    return known if known <= COUNTED_UP_TO else None
