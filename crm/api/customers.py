"""Customers: added and changed by your own ids, found by any identity."""

from collections.abc import Callable

from django.db.models import QuerySet

from core.api import PAGING, Answer, Call, Cursor, WorkspaceApi, existing, operation, page_of
from crm.api import presenting, reading, shapes
from crm.models import Customer, Identity
from crm.refusals import wrong_field
from crm.rules import emails, phones
from crm.rules.faults import Fault
from crm.selectors import searching
from crm.services import customers

FIND_BY = {
    "external_id": shapes.text(254, 1),
    "system": shapes.SYSTEM,
    "phone": shapes.text(40, 1, description="Any usual form, or its last digits: four at least."),
    "email": shapes.text(254, 1),
    "card": shapes.text(254, 1, description="Spaces and case do not matter."),
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
        for identities in _wanted(call):
            rows = rows.filter(pk__in=identities.values("customer_id"))
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
    wanted = call.headers.get("If-Match", "").strip()
    tags = {tag.strip().strip('"') for tag in wanted.split(",")}
    return None if wanted in {"", "*"} else lambda row: presenting.version(row) in tags


def _wanted(call: Call) -> list[QuerySet[Identity]]:
    """The identities asked for, each as a queryset; a phone or e-mail in its one form."""
    query, rows = call.query, Identity.objects.within(call.scope)
    found: list[QuerySet[Identity]] = []
    if "system" in query and "external_id" not in query:
        raise wrong_field(field="external_id", code="required")
    if "external_id" in query:
        named = {"system": query.get("system", ""), "value": query["external_id"].strip()}
        found.append(rows.filter(kind="external", **named))
    if "phone" in query:
        found.append(_with_phone(call, rows, query["phone"]))
    if "email" in query:
        found.append(rows.filter(kind="email", value=_read("email", query["email"])))
    if "card" in query:
        found.append(searching.with_card(rows, query["card"]))
    return found


def _with_phone(call: Call, rows: QuerySet[Identity], text: str) -> QuerySet[Identity]:
    """A whole number, else what one may end with."""
    try:
        whole = phones.normalise(text, call.scope.workspace.phone_region)
    except Fault as fault:
        if tail := searching.tail_of(text):
            return searching.with_phone_tail(rows, tail)
        raise wrong_field(field="phone", code=fault.code) from fault
    return rows.filter(kind="phone", value=whole)


def _read(name: str, text: str) -> str:
    try:
        return emails.normalise(text)
    except Fault as fault:
        raise wrong_field(field=name, code=fault.code) from fault
