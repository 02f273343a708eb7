"""A lot is looked up by itself, even where nothing was left anywhere when the tables were counted."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from crm.models import Customer
from loyalty.models import Program
from loyalty.services import accruing, expiring, ledger
from tests import build, build_loyalty, index_reads, upkeep
from tests.build_loyalty import day

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 150
COUNTED = ("loyalty_lotstate", "loyalty_lot", "loyalty_account")
# The days of the orders whose lots of 50 have not burned.
LIVE = (2, 3)
NATURAL = """
SELECT l.id FROM loyalty_lot l JOIN loyalty_lotstate s ON s.lot_id = l.id
JOIN loyalty_account a ON a.id = l.account_id
WHERE a.customer_id = %s AND s.remaining > 0 ORDER BY l.expires_at LIMIT 1
"""


def earn(people: list[Customer], number: int) -> None:
    for who in people:
        build_loyalty.order(who, 100_000, at=build.NOON + timedelta(days=number))


@pytest.fixture
def program() -> Iterator[Program]:
    with upkeep.held_off(*COUNTED):
        yield build_loyalty.program()


@pytest.fixture
def people(program: Program) -> list[Customer]:
    """Who have points again, after all had burned and the tables were vacuumed."""
    made = [build_loyalty.customer(program.workspace) for _ in range(PEOPLE)]
    for number in (0, 1):
        earn(made, number)
        accruing.accrue_orders(program=program)
        expiring.expire_due(tenant=program.workspace, at=day(900))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE " + ", ".join(COUNTED))
    for number in LIVE:
        earn(made, number)
    accruing.accrue_orders(program=program)
    # Plans made before are of the time before.
    connection.close()
    return made


def reads_of_what_is_left() -> int:
    return index_reads.of_index("loyalty_lotstate_due")


@pytest.mark.parametrize("points", [1, 100], ids=["of one lot", "of all lots"])
def test_spending_reads_nobody_elses_lots(
    program: Program, people: list[Customer], points: int
) -> None:
    before = reads_of_what_is_left()

    ledger.redeem(program=program, customer_id=people[0].pk, points=points, key="cheque", at=day(4))

    assert reads_of_what_is_left() - before <= 1


def test_the_natural_join_reads_them_all(people: list[Customer]) -> None:
    before = reads_of_what_is_left()

    with connection.cursor() as cursor:
        cursor.execute(NATURAL, [people[0].pk])

    assert reads_of_what_is_left() - before >= PEOPLE


@pytest.mark.usefixtures("people")
def test_what_burned_is_read_once(program: Program) -> None:
    before = reads_of_what_is_left()

    booked = expiring.expire_due(tenant=program.workspace, at=day(900))

    assert booked == len(LIVE) * PEOPLE
    assert reads_of_what_is_left() - before <= 3 * booked
