"""Points of a customer: balance, statement, spending."""

from datetime import datetime
from typing import Any

from core.api import PAGING, Answer, Call, Cursor, WorkspaceApi, existing, operation
from crm.models import Customer
from crm.refusals import at_field, wrong_field
from crm.rules import signs
from crm.rules.faults import Fault
from loyalty.api import shapes
from loyalty.errors import IdempotencyConflict, InsufficientPoints
from loyalty.selectors import balances, programs, statements
from loyalty.services import ledger

# The field of a redemption that a refusal of the books is about.
REFUSED_FOR = {InsufficientPoints: "points", IdempotencyConflict: "reference"}


def customer_of(call: Call, pk: int) -> Customer:
    found: Customer = existing(Customer.objects.within(call.scope), pk=pk)
    return found


class BalanceApi(WorkspaceApi):
    @operation("The points of a customer", permission="points.read", answers={200: shapes.BALANCE})
    def get(self, call: Call, customer: int) -> Answer:
        person = customer_of(call, customer)
        program = programs.program_of(call.scope)
        return Answer(
            200, _shown(balances.balance(program=program, customer=person, at=call.at), call.at)
        )


class RedeemApi(WorkspaceApi):
    @operation(
        "Spend points of a customer",
        permission="points.write",
        body=shapes.REDEMPTION,
        answers={201: shapes.REDEEMED},
        repeat="required",
    )
    def post(self, call: Call, customer: int) -> Answer:
        person = customer_of(call, customer)
        program = programs.program_of(call.scope)
        try:
            posted = ledger.redeem(
                program=program,
                customer_id=person.pk,
                points=call.body["points"],
                key=_reference(call.body["reference"]),
                at=call.at,
            )
        except (InsufficientPoints, IdempotencyConflict) as refusal:
            field = REFUSED_FOR[type(refusal)]
            raise at_field(type(refusal), field, **refusal.facts) from refusal
        left = balances.balance(program=program, customer=person, at=call.at)
        answer = {"operation": posted.transaction_id, "points": posted.points}
        return Answer(201, answer | {"active": left.active})


def _reference(text: str) -> str:
    """A cheque as it looks: one that only seems another would spend the points again."""
    try:
        signs.refuse_hidden(bare := text.strip())
    except Fault as fault:
        raise wrong_field(field="reference", code=fault.code) from fault
    return bare


class StatementApi(WorkspaceApi):
    @operation(
        "What gave and took a customer's points, newest first",
        permission="points.read",
        query=PAGING,
        answers={200: shapes.OPERATIONS},
    )
    def get(self, call: Call, customer: int) -> Answer:
        person = customer_of(call, customer)
        cursor = Cursor.read(call.scope, f"points:{person.pk}", call.query)
        page = statements.statement(
            program=programs.program_of(call.scope),
            customer=person,
            after=_place(cursor.after),
            size=cursor.limit,
        )
        following = cursor.token([page.next[0].isoformat(), page.next[1]]) if page.next else None
        items = [_operation(one) for one in page.operations]
        return Answer(200, {"items": items, "next": following})


def _place(after: Any) -> statements.Cursor | None:
    return (datetime.fromisoformat(after[0]), after[1]) if after else None


def _shown(found: balances.Balance, at: datetime) -> dict[str, Any]:
    return {
        "active": found.active,
        "pending": found.pending,
        "owed": found.owed,
        "never_burn": found.never_burn,
        "pending_on": found.pending_on.isoformat() if found.pending_on else None,
        "burning": [
            {"last_on": part.last_on.isoformat(), "points": part.points} for part in found.burning
        ],
        "as_of": at.isoformat(),
    }


def _operation(one: statements.Operation) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "at": one.occurred_at.isoformat(),
        "points": one.points,
        "owed": -one.owed,
        "order": one.order_number,
        "reason": one.reason,
    }
