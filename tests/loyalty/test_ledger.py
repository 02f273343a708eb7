"""Single operations: what they move, what they refuse, and that a repeat moves nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.models import Customer
from loyalty.errors import (
    IdempotencyConflict,
    InsufficientPoints,
    NothingToReturn,
    NotReversible,
    PointsOutOfRange,
    ReasonMissing,
)
from loyalty.models import Account, Entry, Lot, LotState, Program, Transaction
from loyalty.services import ledger
from tests import build, build_loyalty
from tests.build_loyalty import day

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]
SECOND = timedelta(seconds=1)


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


class TestAccrual:
    def test_an_order_gives_its_percent_rounded_down(
        self, program: Program, customer: Customer
    ) -> None:
        posted = earn(program, customer, 19_999)

        assert (posted.points, balance(customer)) == (9, 9)

    def test_the_same_order_gives_points_once(self, program: Program, customer: Customer) -> None:
        order = build_loyalty.order(customer, 10_000)

        first = ledger.accrue(program=program, order=order)
        again = ledger.accrue(program=program, order=order)

        assert first
        assert again
        assert (first.transaction_id, first.is_replay) == (again.transaction_id, False)
        assert (again.is_replay, balance(customer)) == (True, 5)

    def test_the_same_order_with_another_total_is_a_conflict(
        self, program: Program, customer: Customer
    ) -> None:
        order = build_loyalty.order(customer, 10_000)
        ledger.accrue(program=program, order=order)
        order.total = 20_000

        with pytest.raises(IdempotencyConflict) as refused:
            ledger.accrue(program=program, order=order)

        assert (refused.value.status, refused.value.code) == (422, "idempotency_conflict")
        assert balance(customer) == 5

    def test_an_order_too_small_for_a_point_posts_nothing(
        self, program: Program, customer: Customer
    ) -> None:
        order = build_loyalty.order(customer, 1_999)

        assert ledger.accrue(program=program, order=order) is None
        assert not Transaction.unscoped.exists()

    def test_a_guest_earns_nothing(self, program: Program) -> None:
        order = build_loyalty.order(None, 10_000, workspace=program.workspace)

        assert ledger.accrue(program=program, order=order) is None

    def test_an_order_before_the_first_day_earns_nothing(self, customer: Customer) -> None:
        begun = build_loyalty.program(starts_on=day(1).date())
        early = build_loyalty.order(build_loyalty.customer(begun.workspace), 10_000, at=day(0))

        assert ledger.accrue(program=begun, order=early) is None

    def test_points_wait_for_their_activation_day(self) -> None:
        slow = build_loyalty.program(activation_days=14)
        customer = build_loyalty.customer(slow.workspace)
        earn(slow, customer, 100_000)
        midnight = datetime(2024, 3, 14, 21, tzinfo=UTC)  # the start of 15 March in Moscow

        with pytest.raises(InsufficientPoints):
            ledger.redeem(
                program=slow, customer_id=customer.pk, points=1, key="a", at=midnight - SECOND
            )
        spent = ledger.redeem(
            program=slow, customer_id=customer.pk, points=50, key="a", at=midnight
        )

        assert spent.points == 50


class TestRedemption:
    def test_the_earliest_to_burn_goes_first(self, program: Program, customer: Customer) -> None:
        earn(program, customer, 20_000, on=5)
        earn(program, customer, 20_000, on=1)
        earn(program, customer, 20_000, on=9)

        spend(program, customer, 15, on=10)

        assert remaining(customer) == [5, 0, 10]

    def test_points_that_never_burn_go_last(self, program: Program, customer: Customer) -> None:
        Program.unscoped.filter(pk=program.pk).update(expiry_days=None)
        program.refresh_from_db()
        earn(program, customer, 20_000)
        Program.unscoped.filter(pk=program.pk).update(expiry_days=30)
        program.refresh_from_db()
        earn(program, customer, 20_000)

        spend(program, customer, 12, on=1)

        assert remaining(customer) == [8, 0]

    def test_more_than_there_is_moves_nothing(self, program: Program, customer: Customer) -> None:
        earn(program, customer, 20_000)

        with pytest.raises(InsufficientPoints) as refused:
            spend(program, customer, 11)

        assert (refused.value.code, balance(customer)) == ("insufficient_points", 10)

    def test_who_never_earned_has_nothing(self, program: Program, customer: Customer) -> None:
        with pytest.raises(InsufficientPoints):
            spend(program, customer, 1)

    def test_the_same_reference_moves_points_once(
        self, program: Program, customer: Customer
    ) -> None:
        earn(program, customer, 20_000)

        first = spend(program, customer, 4)
        again = spend(program, customer, 4)

        assert (again.transaction_id, again.is_replay) == (first.transaction_id, True)
        assert balance(customer) == 6

    def test_the_same_reference_for_other_points_is_a_conflict(
        self, program: Program, customer: Customer
    ) -> None:
        earn(program, customer, 20_000)
        spend(program, customer, 4)

        with pytest.raises(IdempotencyConflict):
            spend(program, customer, 5)

        assert balance(customer) == 6

    @pytest.mark.parametrize("points", [0, -1, 10**12 + 1])
    def test_points_out_of_range_are_refused(
        self, program: Program, customer: Customer, points: int
    ) -> None:
        with pytest.raises(PointsOutOfRange):
            spend(program, customer, points)

    @pytest.mark.parametrize(("moment", "spendable"), [(-1, True), (0, False), (1, False)])
    def test_points_burn_at_the_end_of_their_day_job_or_no_job(
        self, program: Program, customer: Customer, moment: int, *, spendable: bool
    ) -> None:
        earn(program, customer, 20_000)
        burns = Lot.unscoped.get().expires_at
        assert burns == datetime(2025, 3, 1, 21, tzinfo=UTC)  # midnight in Moscow

        taken = attempt(program, customer, burns + timedelta(seconds=moment))

        assert taken is spendable


def attempt(program: Program, customer: Customer, at: datetime) -> bool:
    try:
        ledger.redeem(program=program, customer_id=customer.pk, points=1, key="k", at=at)
    except InsufficientPoints:
        return False
    return True


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


def test_a_new_programme_has_its_own_four_accounts(program: Program) -> None:
    kinds = Account.unscoped.filter(program=program, customer=None).values_list("kind", flat=True)

    assert set(kinds) == {"issued", "spent", "expired", "adjusted"}


def test_the_programmes_accounts_keep_no_balance(program: Program, customer: Customer) -> None:
    earn(program, customer, 20_000)

    issued = Account.unscoped.get(program=program, kind="issued")
    assert (issued.balance, Entry.unscoped.get(account=issued).amount) == (0, -10)


def test_a_key_of_another_customer_is_a_conflict(program: Program, customer: Customer) -> None:
    stranger = build_loyalty.customer(program.workspace)
    earn(program, customer, 20_000)
    earn(program, stranger, 20_000)
    spend(program, customer, 4, key=build.NOON.isoformat())

    with pytest.raises(IdempotencyConflict):
        spend(program, stranger, 4, key=build.NOON.isoformat())
