"""Single operations: what they move, what they refuse, and that a repeat moves nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.models import Customer
from loyalty.errors import (
    IdempotencyConflict,
    InsufficientPoints,
    PointsOutOfRange,
)
from loyalty.models import Account, Entry, Lot, Program, Transaction
from loyalty.services import ledger
from tests import build, build_loyalty
from tests.build_loyalty import day
from tests.loyalty.moves import balance, earn, remaining, spend

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]
SECOND = timedelta(seconds=1)


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
