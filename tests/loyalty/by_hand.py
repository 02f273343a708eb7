"""Rows of the books written past the services: what the database must judge by itself."""

from collections.abc import Callable
from typing import Any

from crm.models import Customer
from loyalty.models import Account, Entry, Lot, Program, Transaction
from tests import build


def bare_transaction(customer: Customer, program: Program, **fields: Any) -> Transaction:
    """A transaction without entries yet."""
    terms = {"kind": "redeem", "idempotency_key": f"by-hand-{build.number()}"} | fields
    made: Transaction = Transaction.unscoped.create(
        workspace=program.workspace,
        program=program,
        customer=customer,
        payload_hash=b"\0" * 32,
        occurred_at=build.NOON,
        **terms,
    )
    return made


def side(of: Transaction, account: Account, amount: int, lot: Lot | None = None) -> Entry:
    return Entry(
        workspace_id=of.workspace_id,
        transaction=of,
        account=account,
        amount=amount,
        lot=lot,
        occurred_at=build.NOON,
    )


Sides = Callable[[Transaction, Account, Account, Lot], list[Entry]]
WRONG: dict[str, Sides] = {
    "one entry": lambda t, own, _spent, lot: [side(t, own, -5, lot)],
    "not zero": lambda t, own, spent, lot: [side(t, own, -5, lot), side(t, spent, 4)],
    "no lot": lambda t, own, spent, _lot: [side(t, own, -5), side(t, spent, 5)],
    "lot of a system account": lambda t, own, spent, lot: [
        side(t, own, -5, lot),
        side(t, spent, 5, lot),
    ],
    "below zero": lambda t, own, spent, lot: [side(t, own, -51, lot), side(t, spent, 51)],
    "over the lot": lambda t, own, spent, lot: [side(t, own, 1, lot), side(t, spent, -1)],
    "nothing": lambda t, own, spent, lot: [side(t, own, 0, lot), side(t, spent, 0)],
    "over the limit": lambda t, own, spent, lot: [
        side(t, own, 10**12 + 1, lot),
        side(t, spent, -(10**12) - 1),
    ],
}
