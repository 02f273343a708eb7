"""Customers: added and changed by your own ids, found by any identity."""

from collections.abc import Callable
from typing import Any

from core.api import PAGING, Answer, Call, Cursor, WorkspaceApi, existing, operation, page_of
from core.errors import InvalidInput
from crm.api import presenting, reading, shapes
from crm.models import Customer
from crm.rules import emails, phones
from crm.rules.faults import Fault
from crm.services import customers

FIND_BY = {
    "external_id": shapes.text(254, 1),
    "system": shapes.SYSTEM,
    "phone": shapes.text(40, 1, description="Any usual form."),
    "email": shapes.text(254, 1),
    "card": shapes.text(254, 1),
}


class CustomersApi(WorkspaceApi):
    @operation(
        "Customers, newest first, or those with an identity",
        permission="customers.read",
        query=PAGING | FIND_BY,
        answers={200: shapes.CUSTOMER_LIST},
    )
    def get(self, call: Call) -> Answer:
        rows = Customer.objects.within(call.scope).filter(merged_into=None)
        for identity in _wanted(call):
            rows = rows.filter(identities__in=identity)
        cursor = Cursor.read(call.scope, "customers", call.query)
        return Answer(
            200, page_of(rows, cursor, lambda page: presenting.customers(call.scope, page))
        )

    @operation(
        "Add a customer, or change the one with this external id",
        permission="customers.write",
        body=shapes.CUSTOMER,
        answers={200: shapes.SAVED, 201: shapes.SAVED},
        repeat="optional",
    )
    def post(self, call: Call) -> Answer:
        item = reading.customer(call.body)
        return presenting.saved(customers.upsert_one(scope=call.scope, item=item, at=call.at))


class CustomerBatchApi(WorkspaceApi):
    @operation(
        "Add or change up to 1,000 customers",
        permission="customers.write",
        body=shapes.CUSTOMERS,
        answers={200: shapes.BATCH_SAVED},
        repeat="optional",
    )
    def post(self, call: Call) -> Answer:
        items = [reading.customer(one) for one in call.body["customers"]]
        return presenting.batch(customers.upsert(scope=call.scope, items=items, at=call.at))


class CustomerApi(WorkspaceApi):
    @operation("One customer", permission="customers.read", answers={200: shapes.CUSTOMER_SHOWN})
    def get(self, call: Call, customer: int) -> Answer:
        person = existing(Customer.objects.within(call.scope), pk=customer)
        return Answer(200, presenting.customers(call.scope, [person])[0])

    @operation(
        "Change a customer's own fields",
        permission="customers.write",
        body=shapes.CHANGES,
        answers={200: shapes.CUSTOMER_SHOWN},
    )
    def patch(self, call: Call, customer: int) -> Answer:
        person = existing(Customer.objects.within(call.scope), pk=customer)
        changed = customers.edit(
            scope=call.scope,
            customer=person,
            changes=reading.changes(call.body),
            at=call.at,
            is_as_read=_as_read(call),
        )
        return Answer(200, presenting.customers(call.scope, [changed])[0])


def _as_read(call: Call) -> Callable[[Customer], bool] | None:
    """If-Match as a question to the locked row; None when the caller does not mind."""
    wanted = call.headers.get("If-Match", "").strip().strip('"')
    return (lambda row: presenting.version(row) == wanted) if wanted else None


def _wanted(call: Call) -> list[Any]:
    """The identities asked for, each as a queryset; a phone or e-mail in its one form."""
    from crm.models import Identity

    query, region = call.query, call.scope.workspace.phone_region
    readers: dict[str, Callable[[str], str]] = {
        "external_id": str.strip,
        "phone": lambda text: phones.normalise(text, region),
        "email": emails.normalise,
        "card": str.strip,
    }
    found = []
    for name in readers.keys() & query.keys():
        kind = "external" if name == "external_id" else name
        system = query.get("system", "") if kind == "external" else ""
        value = _read(name, query[name], readers[name])
        found.append(
            Identity.objects.within(call.scope).filter(kind=kind, system=system, value=value)
        )
    return found


def _read(name: str, text: str, reader: Callable[[str], str]) -> str:
    try:
        return reader(text)
    except Fault as fault:
        raise InvalidInput(fields=[{"field": name, "code": fault.code}]) from fault
