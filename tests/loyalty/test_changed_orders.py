"""Orders whose total is corrected after they earned: refunds go on, and take what a single one would."""

import pytest

from core.services import relay
from crm.models import Customer, Order
from loyalty.models import Program, Transaction
from loyalty.services import accruing, following, ledger, reversing
from tests import build, build_loyalty
from tests.build_loyalty import day
from tests.loyalty.moves import balance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


@pytest.fixture
def corrected(program: Program, customer: Customer) -> Order:
    """15 points for 300.00, of which 5 went with 100.00; then the order was of 200.00 only."""
    made = build_loyalty.order(customer, 30_000)
    accruing.accrue_orders(program=program)
    build_loyalty.refund(made, 10_000, at=day(1))
    reversing.reverse_orders(program=program)
    Order.unscoped.filter(pk=made.pk).update(total=20_000)
    made.refresh_from_db()
    return made


@pytest.mark.usefixtures("corrected")
def test_a_refund_that_was_taken_takes_no_more(program: Program, customer: Customer) -> None:
    again = reversing.reverse_orders(program=program)

    assert again == accruing.Moved(0, 0)
    assert balance(customer) == 10


@pytest.mark.usefixtures("corrected")
def test_others_of_the_set_are_not_held_up(program: Program) -> None:
    other = build_loyalty.customer(program.workspace)
    build_loyalty.order(other, 10_000, at=day(2))

    following.catch_up(program=program, at=day(3))

    assert balance(other) == 5


@pytest.mark.usefixtures("corrected")
def test_facts_about_the_customer_are_still_handed_on(customer: Customer) -> None:
    fact = build.event(
        within=customer.workspace,
        name="crm.orders_changed",
        payload={"customer_ids": [customer.pk]},
    )

    relay.relay_due()

    fact.refresh_from_db()
    assert (fact.last_error, fact.relayed_at is not None) == ("", True)


def test_the_next_refund_takes_what_it_takes_alone(
    program: Program, customer: Customer, corrected: Order
) -> None:
    build_loyalty.refund(corrected, 5_000, at=day(2))
    corrected.refresh_from_db()

    reversing.reverse_orders(program=program)
    alone = ledger.reverse_accrual(
        program=program, order=corrected, refunded=corrected.refunded, at=day(2)
    )

    assert alone is not None
    assert (alone.is_replay, alone.points) == (True, 6)
    assert Transaction.unscoped.filter(kind="reverse").count() == 2
    assert balance(customer) == 4
