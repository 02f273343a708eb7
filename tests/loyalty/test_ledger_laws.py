"""Laws of the ledger under random histories: refunds in any parts, and a model beside the books (F23)."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core import invariants
from crm.models import Order
from loyalty import selectors
from loyalty.errors import InsufficientPoints
from loyalty.models import Lot, LotState, Program
from loyalty.rules import calendar
from loyalty.rules.points import clawed_back
from loyalty.services import expiring, following, ledger
from tests import build, build_loyalty
from tests.build_loyalty import day

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
QUIET = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Undone:
    """A transaction that is rolled back, so that each example begins with empty books."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, *error: object) -> None:
        transaction.set_rollback(rollback=True)
        self.atomic.__exit__(None, None, None)


@given(
    parts=st.lists(st.integers(1, 90_000), min_size=1, max_size=10),
    spent=st.integers(0, 400),
    percent=st.sampled_from(["0.01", "1", "2.75", "5", "33.33", "100"]),
)
@settings(QUIET, max_examples=60)
def test_any_split_of_a_refund_takes_the_cumulative_floor(
    parts: list[int], spent: int, percent: str
) -> None:
    with Undone():
        program = build_loyalty.program(base_percent=percent)
        program.refresh_from_db()
        customer = build_loyalty.customer(program.workspace)
        order = build_loyalty.order(customer, sum(parts))
        posted = ledger.accrue(program=program, order=order)
        given_points = posted.points if posted else 0
        affordable = min(spent, given_points)
        _spend(program, order, affordable)
        refunded, taken, law = 0, [], []
        for number, part in enumerate(parts):
            refunded += part
            ledger.reverse_accrual(program=program, order=order, refunded=refunded, at=day(number))
            equation = selectors.equation(program=program, at=day(20))
            taken.append(equation.taken_back)
            law.append(clawed_back(given_points, refunded=refunded, total=order.total))

        balance = selectors.balance(program=program, customer=customer, at=day(20))

        assert taken == law
        assert taken[-1] == given_points
        assert (balance.total, balance.owed) == (0, affordable)
        assert invariants.broken() == {}


def _spend(program: Program, order: Order, points: int) -> None:
    if points:
        ledger.redeem(
            program=program, customer_id=order.customer_id or 0, points=points, key="k", at=day(0)
        )


@dataclass
class Person:
    """The model: lots as [amount left, active from, burns at], a debt, and what was spent."""

    id: int
    lots: list[list[Any]] = field(default_factory=list)
    debt: int = 0
    orders: dict[int, tuple[Order, int, list[Any] | None, int]] = field(default_factory=dict)


class Books(RuleBasedStateMachine):
    """Random operations on two customers; a few lines of Python say what the books must hold."""

    @initialize()
    def open(self) -> None:
        self.undone = Undone()
        self.undone.__enter__()
        self.program = build_loyalty.program(activation_days=3, expiry_days=30)
        self.people = [Person(build_loyalty.customer(self.program.workspace).pk) for _ in range(2)]
        self.now = day(0)
        self.keys = 0

    def teardown(self) -> None:
        if hasattr(self, "undone"):
            self.undone.__exit__(None, None, None)

    @rule(hours=st.integers(1, 24 * 12))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(who=st.integers(0, 1), total=st.integers(0, 60_000))
    def buy(self, who: int, total: int) -> None:
        person = self.people[who]
        order = Order.unscoped.create(
            workspace=self.program.workspace, customer_id=person.id, total=total,
            external_id=f"o-{build.number()}", placed_at=self.now,
            placed_on=calendar.local_day(self.now, zone="Europe/Moscow"),
        )  # fmt: skip
        posted = ledger.accrue(program=self.program, order=order)
        points = total * 5 // 10_000
        assert (posted.points if posted else 0) == points
        if not posted:
            return
        repaid = min(person.debt, points)
        person.debt -= repaid
        lot = None
        if points > repaid:
            stored = Lot.unscoped.get(transaction_id=posted.transaction_id)
            lot = [points - repaid, stored.active_from, stored.expires_at, stored.pk]
            person.lots.append(lot)
        person.orders[order.pk] = (order, points, lot, 0)

    @rule(who=st.integers(0, 1), points=st.integers(1, 8))
    def spend(self, who: int, points: int) -> None:
        person = self.people[who]
        self.keys += 1
        spendable = [lot for lot in self._fifo(person) if lot[1] <= self.now]
        can = sum(lot[0] for lot in spendable) >= points
        assert self._attempt(person, points) is can
        self._take(spendable, points if can else 0)

    @precondition(lambda self: any(person.orders for person in self.people))
    @rule(who=st.integers(0, 1), pick=st.integers(0, 50), part=st.integers(1, 100))
    def give_back(self, who: int, pick: int, part: int) -> None:
        person = self.people[who]
        if not person.orders:
            return
        pk = list(person.orders)[pick % len(person.orders)]
        order, points, lot, refunded = person.orders[pk]
        now_refunded = min(order.total, refunded + order.total * part // 100)
        before = clawed_back(points, refunded=refunded, total=order.total)
        claw = clawed_back(points, refunded=now_refunded, total=order.total) - before
        ledger.reverse_accrual(
            program=self.program, order=order, refunded=now_refunded, at=self.now
        )
        person.orders[pk] = (order, points, lot, now_refunded)
        own_first = sorted(self._fifo(person), key=lambda one: one is not lot)
        person.debt += claw - self._take(own_first, claw)

    @rule()
    def book_what_burned(self) -> None:
        expiring.expire_due(tenant=self.program.workspace, at=self.now)
        self._drop_burned()

    @rule()
    def follow(self) -> None:
        followed = following.catch_up(program=self.program, at=self.now)
        self._drop_burned()
        assert followed.accrued.transactions == followed.reversed.transactions == 0

    @invariant()
    def the_books_hold_what_the_model_says(self) -> None:
        if not hasattr(self, "people"):
            return
        for person in self.people:
            stored = {
                state.lot_id: state.remaining
                for state in LotState.unscoped.filter(lot__account__customer_id=person.id)
                if state.remaining and state.expires_at and state.expires_at > self.now
            }
            assert stored == {lot[3]: lot[0] for lot in self._fifo(person)}
        assert invariants.broken() == {}

    def _attempt(self, person: Person, points: int) -> bool:
        try:
            ledger.redeem(
                program=self.program, customer_id=person.id, points=points,
                key=f"{self.keys}", at=self.now,
            )  # fmt: skip
        except InsufficientPoints:
            return False
        return True

    def _fifo(self, person: Person) -> list[list[Any]]:
        alive = [lot for lot in person.lots if lot[0] and lot[2] > self.now]
        return sorted(alive, key=lambda lot: (lot[2], lot[3]))

    def _take(self, lots: list[list[Any]], points: int) -> int:
        taken = 0
        for lot in lots:
            part = min(lot[0], points - taken)
            lot[0] -= part
            taken += part
        return taken

    def _drop_burned(self) -> None:
        for person in self.people:
            for lot in person.lots:
                lot[0] = lot[0] if lot[2] > self.now else 0


def test_the_books_follow_the_model() -> None:
    run_state_machine_as_test(
        Books, settings=settings(QUIET, max_examples=40, stateful_step_count=25)
    )


def test_the_model_sees_a_book_that_is_wrong() -> None:
    """Negative control: points that came by hand break the comparison and an invariant."""
    books = Books()
    books.open()
    books.buy(0, 60_000)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE loyalty_lotstate DISABLE TRIGGER USER")
        cursor.execute("UPDATE loyalty_lotstate SET remaining = remaining - 1")

    with pytest.raises(AssertionError):
        books.the_books_hold_what_the_model_says()

    books.teardown()
