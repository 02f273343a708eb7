"""Fifty at once: one balance is spent once, whoever races (F19), and what happens without a lock."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core import invariants
from core.errors import DomainError
from crm.models import Customer
from loyalty.models import Account, Program, Transaction
from loyalty.rules.calendar import GRACE
from loyalty.services import accruing, expiring, ledger, reversing
from tests import build_loyalty
from tests.build_loyalty import day

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.chaos]
RACERS = 50


def race(run: Callable[[int], str], racers: int = RACERS) -> list[str]:
    """Call `run` in as many threads, each with a connection of its own, all at one moment."""
    start = Barrier(racers)

    def one(number: int) -> str:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            return run(number)
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(racers) as pool:
        return list(pool.map(one, range(racers)))


@pytest.fixture
def program() -> Program:
    return build_loyalty.program()


@pytest.fixture
def customer(program: Program) -> Customer:
    return build_loyalty.rewarded(program)


@pytest.mark.parametrize("_round", range(4))
def test_of_fifty_who_spend_one_balance_exactly_one_does(
    program: Program, customer: Customer, _round: int
) -> None:
    def spend(number: int) -> str:
        ledger.redeem(
            program=program, customer_id=customer.pk, points=50, key=f"{number}", at=day(1)
        )
        return "spent"

    outcomes = race(spend)

    assert outcomes.count("spent") == 1
    assert outcomes.count("insufficient_points") == RACERS - 1
    assert invariants.broken() == {}


def test_without_the_lock_several_spend_the_same_points() -> None:
    """Negative control: read, check, write, on a plain row with the same racers."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE naive_balance AS SELECT 50 AS points")

    def spend(_number: int) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT points FROM naive_balance")
            points = cursor.fetchone()[0]
            if points < 50:
                return "insufficient_points"
            cursor.execute("UPDATE naive_balance SET points = %s", [points - 50])
            return "spent"

    try:
        rounds = [_reset_and_race(spend) for _ in range(5)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE naive_balance")

    assert max(outcomes.count("spent") for outcomes in rounds) > 1


def _reset_and_race(spend: Callable[[int], str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE naive_balance SET points = 50")
    return race(spend)


def test_of_fifty_who_repeat_one_reference_all_get_one_transaction(
    program: Program, customer: Customer
) -> None:
    def spend(_number: int) -> str:
        posted = ledger.redeem(
            program=program, customer_id=customer.pk, points=10, key="cheque", at=day(1)
        )
        return str(posted.transaction_id)

    outcomes = race(spend)

    assert len(set(outcomes)) == 1
    assert Account.unscoped.get(customer=customer, kind="customer").balance == 40


def test_an_order_earns_once_by_whatever_ways_at_once(program: Program, customer: Customer) -> None:
    orders = [build_loyalty.order(customer, 20_000, at=day(n)) for n in range(10)]

    def earn(number: int) -> str:
        if number % 5 == 0:
            accruing.accrue_orders(program=program)
        else:
            ledger.accrue(program=program, order=orders[number % 10])
        return "done"

    outcomes = race(earn, racers=20)

    assert set(outcomes) == {"done"}
    assert Transaction.unscoped.filter(kind="accrue").count() == 11
    assert invariants.broken() == {}


def test_points_burn_once_while_others_spend_and_return(
    program: Program, customer: Customer
) -> None:
    for number in range(20):
        order = build_loyalty.order(customer, 20_000, at=day(number))
        ledger.accrue(program=program, order=order)
    spent = ledger.redeem(
        program=program, customer_id=customer.pk, points=60, key="early", at=day(30)
    )
    burned = day(365 + 10)

    def act(number: int) -> str:
        if number % 4 == 0:
            return str(expiring.expire_due(tenant=program.workspace, at=burned))
        if number % 4 == 1:
            ledger.return_redemption(
                program=program, redemption_id=spent.transaction_id, key=f"{number}", points=3,
                at=burned + GRACE,
            )  # fmt: skip
            return "returned"
        ledger.redeem(
            program=program, customer_id=customer.pk, points=7, key=f"{number}", at=burned
        )
        return "spent"

    outcomes = race(act, racers=32)

    assert outcomes.count("returned") == 8
    assert invariants.broken() == {}


def test_sets_and_single_operations_never_wait_in_a_ring(program: Program) -> None:
    """Sets lock accounts in the order of their ids, so no deadlock ends an operation."""
    dice = random.Random(3)
    people = [build_loyalty.customer(program.workspace) for _ in range(30)]
    orders = [build_loyalty.order(dice.choice(people), 20_000, at=day(n)) for n in range(100)]
    for order in orders[::3]:
        build_loyalty.refund(order, 10_000, at=day(150))

    def act(number: int) -> str:
        accruing.accrue_orders(program=program)
        reversing.reverse_orders(program=program)
        for order in orders[number::8]:
            ledger.accrue(program=program, order=order)
        return "done"

    outcomes = race(act, racers=8)

    assert outcomes == ["done"] * 8
    assert Transaction.unscoped.filter(kind="accrue").count() == 100
    assert invariants.broken() == {}
