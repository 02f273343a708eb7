"""Short words for what the tests of the ledger do and look at."""

from crm.models import Customer
from loyalty.models import Account, LotState, Program
from loyalty.services import ledger
from tests import build_loyalty
from tests.build_loyalty import day


def balance(customer: Customer, kind: str = "customer") -> int:
    return sum(
        Account.unscoped.filter(customer=customer, kind=kind).values_list("balance", flat=True)
    )


def remaining(customer: Customer) -> list[int]:
    """What is left in each lot, the oldest first."""
    lots = LotState.unscoped.filter(lot__account__customer=customer).order_by("lot_id")
    return list(lots.values_list("remaining", flat=True))


def earn(program: Program, customer: Customer, total: int, on: int = 0) -> ledger.Posted:
    order = build_loyalty.order(customer, total, at=day(on))
    posted = ledger.accrue(program=program, order=order)
    assert posted
    return posted


def spend(
    program: Program, customer: Customer, points: int, on: int = 0, key: str = "cheque 1"
) -> ledger.Posted:
    return ledger.redeem(
        program=program, customer_id=customer.pk, points=points, key=key, at=day(on)
    )
