"""Taking back reads what it names, even in a session that began while the books were all but empty.

A plan made then reads whole what holds a handful of rows, and a session keeps its plans.
Tables that were counted while they held a handful are another matter: there PostgreSQL's own look
for a foreign key reads them whole too, until the session ends (a minute) or they are counted anew.
"""

from collections.abc import Iterator

import pytest
from django.db import connection

from loyalty.models import Program, Transaction
from loyalty.services import accruing, ledger
from tests import build, build_loyalty, index_reads, upkeep
from tests.build_loyalty import day

pytestmark = pytest.mark.django_db(transaction=True)
BOOKS = ("loyalty_transaction", "loyalty_entry", "loyalty_lot", "loyalty_account")
# As many calls as it takes to settle on a plan, and one more.
SETTLED = 7
PEOPLE = 300
NATURAL = """
SELECT customer_id FROM loyalty_transaction
WHERE id = %s AND program_id = %s AND kind = 'redeem'
"""
# Of a table with a handful of rows the planner chooses so by itself; what it took such a table for
# hangs on the upkeep of the server, and a control may not.
AS_WHEN_THERE_WAS_LITTLE = """
SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off
"""


def take_back(program: Program) -> None:
    """Somebody earns and spends; half of the order is refunded, then the spending returned."""
    who = build_loyalty.customer(program.workspace)
    order = build_loyalty.order(who, 100_000)
    ledger.accrue(program=program, order=order)
    cheque = f"cheque-{who.pk}"
    spent = ledger.redeem(program=program, customer_id=who.pk, points=20, key=cheque, at=day(1))
    ledger.reverse_accrual(program=program, order=order, refunded=50_000, at=day(2))
    back = spent.transaction_id
    ledger.return_redemption(program=program, redemption_id=back, key="all", at=day(3))


def give_and_undo(program: Program) -> None:
    who = build_loyalty.customer(program.workspace)
    given = ledger.adjust(
        program=program, customer_id=who.pk, points=10, reason="gift", actor="user:1",
        key=f"gift-{who.pk}", at=build.NOON,
    )  # fmt: skip
    adjustment = Transaction.unscoped.get(pk=given.transaction_id)
    ledger.undo_adjust(
        program=program, adjustment=adjustment, reason="slip", actor="user:1", at=day(1)
    )


def read() -> int:
    return sum(index_reads.of_table(name) for name in BOOKS)


def grow(program: Program) -> None:
    for _ in range(PEOPLE):
        build_loyalty.order(build_loyalty.customer(program.workspace), 100_000)
    accruing.accrue_orders(program=program)


@pytest.fixture
def program() -> Iterator[Program]:
    """Of a session that has its plans, before many came."""
    with upkeep.held_off(*BOOKS):
        upkeep.as_just_installed()
        made = build_loyalty.program()
        connection.close()
        for _ in range(SETTLED):
            take_back(made)
            give_and_undo(made)
        grow(made)
        yield made
        connection.close()


@pytest.mark.parametrize("operation", [take_back, give_and_undo])
def test_taking_back_reads_nobody_elses_points(program: Program, operation: object) -> None:
    before = read()

    operation(program)  # type: ignore[operator]

    assert read() - before < PEOPLE // 2


def test_the_natural_look_reads_them_all(program: Program) -> None:
    """The negative control: the same look by the plan that a session would have kept."""
    one = Transaction.unscoped.filter(program=program).latest("id").pk
    before = read()

    with connection.cursor() as cursor:
        cursor.execute(AS_WHEN_THERE_WAS_LITTLE)
        cursor.execute(NATURAL, [one, program.pk])

    assert read() - before >= PEOPLE
