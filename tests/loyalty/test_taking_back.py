"""Reversals on refunds, returns of spent points, and changes by hand."""

from datetime import timedelta

import pytest

from crm.models import Customer
from loyalty.errors import InsufficientPoints, NothingToReturn, NotReversible, ReasonMissing
from loyalty.models import Lot, Program, Transaction
from loyalty.rules.calendar import GRACE
from loyalty.services import expiring, ledger
from tests import build_loyalty
from tests.build_loyalty import day
from tests.loyalty.moves import balance, earn, remaining, spend

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


class TestReversal:
    def test_the_orders_own_lot_gives_first(self, program: Program, customer: Customer) -> None:
        earn(program, customer, 20_000)
        order = build_loyalty.order(customer, 20_000, at=day(1))
        ledger.accrue(program=program, order=order)

        taken = ledger.reverse_accrual(program=program, order=order, refunded=20_000, at=day(2))

        assert taken
        assert taken.points == 10
        assert remaining(customer) == [10, 0]

    def test_what_is_spent_is_taken_from_others_and_then_owed(
        self, program: Program, customer: Customer
    ) -> None:
        order = build_loyalty.order(customer, 200_000)
        ledger.accrue(program=program, order=order)
        earn(program, customer, 20_000, on=1)
        spend(program, customer, 100, on=2)

        ledger.reverse_accrual(program=program, order=order, refunded=200_000, at=day(3))

        assert (balance(customer), balance(customer, "debt")) == (0, -90)

    def test_later_accruals_repay_the_debt_first(
        self, program: Program, customer: Customer
    ) -> None:
        order = build_loyalty.order(customer, 20_000)
        ledger.accrue(program=program, order=order)
        spend(program, customer, 10)
        ledger.reverse_accrual(program=program, order=order, refunded=20_000, at=day(1))

        earn(program, customer, 12_000, on=2)
        after_one = balance(customer), balance(customer, "debt")
        earn(program, customer, 20_000, on=3)

        assert after_one == (0, -4)
        assert (balance(customer), balance(customer, "debt")) == (6, 0)

    def test_the_same_refund_takes_points_once(self, program: Program, customer: Customer) -> None:
        order = build_loyalty.order(customer, 20_000)
        ledger.accrue(program=program, order=order)

        first = ledger.reverse_accrual(program=program, order=order, refunded=10_000, at=day(1))
        again = ledger.reverse_accrual(program=program, order=order, refunded=10_000, at=day(1))

        assert again
        assert first == ledger.Posted(again.transaction_id, 5, is_replay=False)
        assert (again.is_replay, again.points, balance(customer)) == (True, 5, 5)

    def test_a_refund_of_an_order_that_earned_nothing_takes_nothing(
        self, program: Program, customer: Customer
    ) -> None:
        order = build_loyalty.order(customer, 100)

        assert ledger.reverse_accrual(program=program, order=order, refunded=100, at=day(1)) is None


class TestReturn:
    def give_back(
        self,
        program: Program,
        of: ledger.Posted,
        on: int,
        points: int | None = None,
        key: str = "r",
    ) -> ledger.Posted:
        return ledger.return_redemption(
            program=program, redemption_id=of.transaction_id, key=key, at=day(on), points=points
        )

    def test_points_return_to_the_lots_they_came_from(
        self, program: Program, customer: Customer
    ) -> None:
        earn(program, customer, 20_000, on=0)
        earn(program, customer, 20_000, on=1)
        spent = spend(program, customer, 15, on=2)

        self.give_back(program, spent, on=3)

        assert remaining(customer) == [10, 10]

    def test_parts_return_the_last_taken_first(self, program: Program, customer: Customer) -> None:
        earn(program, customer, 20_000, on=0)
        earn(program, customer, 20_000, on=1)
        spent = spend(program, customer, 15, on=2)

        self.give_back(program, spent, on=3, points=7, key="one")
        after_one = remaining(customer)
        self.give_back(program, spent, on=3, points=8, key="two")

        assert after_one == [2, 10]
        assert remaining(customer) == [10, 10]

    def test_who_asked_a_moment_before_they_expired_gets_points_that_live(
        self, program: Program, customer: Customer
    ) -> None:
        earn(program, customer, 20_000)
        spent = spend(program, customer, 4, on=1)
        burned = Lot.unscoped.get().expires_at
        assert burned is not None
        expiring.expire_due(tenant=program.workspace, at=burned)

        ledger.return_redemption(
            program=program, redemption_id=spent.transaction_id, key="r",
            at=burned - timedelta(seconds=1),
        )  # fmt: skip

        assert remaining(customer) == [0, 4]
        assert expiring.expire_due(tenant=program.workspace, at=burned + GRACE) == 1

    def test_no_more_returns_than_was_spent(self, program: Program, customer: Customer) -> None:
        earn(program, customer, 20_000)
        spent = spend(program, customer, 4)
        self.give_back(program, spent, on=1, points=3, key="one")

        with pytest.raises(NothingToReturn):
            self.give_back(program, spent, on=1, points=2, key="two")

        assert balance(customer) == 9

    def test_a_burned_lot_comes_back_as_one_with_a_week_to_live(
        self, program: Program, customer: Customer
    ) -> None:
        earn(program, customer, 20_000)
        spent = spend(program, customer, 10)

        self.give_back(program, spent, on=400)

        fresh = Lot.unscoped.order_by("id").last()
        assert fresh
        assert fresh.expires_at == day(407)
        assert remaining(customer) == [0, 10]

    def test_the_same_return_happens_once(self, program: Program, customer: Customer) -> None:
        earn(program, customer, 20_000)
        spent = spend(program, customer, 10)

        self.give_back(program, spent, on=1)
        again = self.give_back(program, spent, on=1)

        assert (again.is_replay, again.points, balance(customer)) == (True, 10, 10)

    def test_an_accrual_is_not_returned(self, program: Program, customer: Customer) -> None:
        accrued = earn(program, customer, 20_000)

        with pytest.raises(NotReversible):
            self.give_back(program, accrued, on=1)


class TestAdjustment:
    def change(
        self, program: Program, customer: Customer, points: int, key: str = "form 1"
    ) -> Transaction:
        posted = ledger.adjust(
            program=program,
            customer_id=customer.pk,
            points=points,
            reason="late parcel",
            actor="user:7",
            key=key,
            at=day(1),
        )
        return Transaction.unscoped.get(pk=posted.transaction_id)

    def undo(self, program: Program, adjustment: Transaction) -> ledger.Posted:
        return ledger.undo_adjust(
            program=program, adjustment=adjustment, reason="by mistake", actor="user:7", at=day(2)
        )

    def test_given_points_may_be_spent_at_once(self, program: Program, customer: Customer) -> None:
        self.change(program, customer, 100)

        spend(program, customer, 100, on=1)

        assert balance(customer) == 0

    def test_taken_points_go_like_spent_ones(self, program: Program, customer: Customer) -> None:
        earn(program, customer, 20_000)

        self.change(program, customer, -4)

        assert remaining(customer) == [6]

    def test_no_more_is_taken_than_there_is(self, program: Program, customer: Customer) -> None:
        with pytest.raises(InsufficientPoints):
            self.change(program, customer, -1)

    def test_the_same_form_changes_points_once(self, program: Program, customer: Customer) -> None:
        first = self.change(program, customer, 100)
        again = self.change(program, customer, 100)

        assert (first.pk, balance(customer)) == (again.pk, 100)

    @pytest.mark.parametrize("points", [100, -4])
    def test_an_undo_puts_everything_back_once(
        self, program: Program, customer: Customer, points: int
    ) -> None:
        earn(program, customer, 20_000)
        changed = self.change(program, customer, points)

        self.undo(program, changed)
        again = self.undo(program, changed)

        assert (again.is_replay, balance(customer)) == (True, 10)

    def test_an_undo_is_not_undone(self, program: Program, customer: Customer) -> None:
        undone = self.undo(program, self.change(program, customer, 100))

        with pytest.raises(NotReversible):
            self.undo(program, Transaction.unscoped.get(pk=undone.transaction_id))

    def test_a_change_says_why(self, program: Program, customer: Customer) -> None:
        with pytest.raises(ReasonMissing):
            ledger.adjust(
                program=program,
                customer_id=customer.pk,
                points=1,
                reason=" ",
                actor="user:7",
                key="k",
                at=day(1),
            )
