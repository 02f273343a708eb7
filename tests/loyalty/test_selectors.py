"""What the programme answers: balances as of any moment, who is about to lose points, debts."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm.models import Customer
from loyalty import selectors
from loyalty.models import Program
from loyalty.selectors import balances, liability
from loyalty.selectors.balances import Burning
from loyalty.services import expiring, following, ledger
from tests import build, build_loyalty
from tests.build_loyalty import day

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]
# 10 points of an order of day(0) burn at this instant.
BURNS = datetime(2025, 3, 1, 21, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def buy(program: Program, customer: Customer, total: int = 20_000, on: int = 0) -> None:
    ledger.accrue(program=program, order=build_loyalty.order(customer, total, at=day(on)))


class TestBalance:
    def test_it_can_be_told_for_any_moment(self, program: Program, customer: Customer) -> None:
        buy(program, customer, on=1)
        ledger.redeem(program=program, customer_id=customer.pk, points=4, key="a", at=day(5))

        told = [
            selectors.balance(program=program, customer=customer, at=day(n)).active
            for n in (0, 1, 4, 5, 300, 400)
        ]

        assert told == [0, 10, 10, 6, 6, 0]

    def test_booking_what_has_burned_changes_no_answer(
        self, program: Program, customer: Customer
    ) -> None:
        buy(program, customer)
        moments = [BURNS - SECOND, BURNS, BURNS + SECOND]
        before = [
            selectors.balance(program=program, customer=customer, at=at).total for at in moments
        ]

        expiring.expire_due(tenant=program.workspace, at=day(500))

        after = [
            selectors.balance(program=program, customer=customer, at=at).total for at in moments
        ]
        assert before == after == [10, 0, 0]

    def test_points_that_wait_are_shown_apart(self) -> None:
        slow = build_loyalty.program(activation_days=14)
        customer = build_loyalty.customer(slow.workspace)
        buy(slow, customer)

        balance = selectors.balance(program=slow, customer=customer, at=day(1))

        assert (balance.active, balance.pending, balance.total) == (0, 10, 10)
        assert balance.pending_on == date(2024, 3, 15)

    def test_points_are_listed_by_their_last_day(
        self, program: Program, customer: Customer
    ) -> None:
        buy(program, customer)
        buy(program, customer)
        buy(program, customer, on=2)

        balance = selectors.balance(program=program, customer=customer, at=day(3))

        assert balance.burning == (
            Burning(date(2025, 3, 1), 20),
            Burning(date(2025, 3, 3), 10),
        )

    def test_who_never_earned_has_nothing(self, program: Program, customer: Customer) -> None:
        balance = selectors.balance(program=program, customer=customer, at=day(0))

        assert (balance.total, balance.owed, balance.burning) == (0, 0, ())


class TestExpiring:
    def soon(self, program: Program, at: datetime, days: int = 30, least: int = 1) -> list[int]:
        rows = selectors.expiring_customers(tenant=program.workspace, at=at, days=days, least=least)
        return [row.points for row in rows]

    def test_points_that_burn_within_the_days_are_told(
        self, program: Program, customer: Customer
    ) -> None:
        buy(program, customer)

        [row] = selectors.expiring_customers(
            tenant=program.workspace, at=BURNS - timedelta(days=10), days=30
        )

        assert (row.customer_id, row.points, row.first_expires_at) == (customer.pk, 10, BURNS)

    @pytest.mark.parametrize(
        ("before", "told"),
        [
            (timedelta(days=30, seconds=1), []),
            (timedelta(days=30), [10]),
            (SECOND, [10]),
            (timedelta(0), []),
        ],
    )
    def test_the_edges_of_the_window(
        self, program: Program, customer: Customer, before: timedelta, told: list[int]
    ) -> None:
        buy(program, customer)

        assert self.soon(program, BURNS - before) == told

    def test_a_past_moment_is_answered_as_it_was_then(
        self, program: Program, customer: Customer
    ) -> None:
        buy(program, customer)
        before = BURNS - timedelta(days=10)
        ledger.redeem(
            program=program, customer_id=customer.pk, points=10, key="a", at=before + SECOND
        )
        expiring.expire_due(tenant=program.workspace, at=day(900))

        assert self.soon(program, before) == [10]
        assert self.soon(program, before + SECOND) == []

    def test_what_burned_then_is_still_told_for_before(
        self, program: Program, customer: Customer
    ) -> None:
        buy(program, customer)
        expiring.expire_due(tenant=program.workspace, at=day(900))

        assert self.soon(program, BURNS - SECOND) == [10]

    def test_points_that_wait_are_not_told(self) -> None:
        slow = build_loyalty.program(activation_days=14, expiry_days=7)
        customer = build_loyalty.customer(slow.workspace)
        buy(slow, customer)

        assert self.soon(slow, day(1)) == []
        assert self.soon(slow, day(15)) == [10]

    def test_fewer_points_than_asked_are_not_told(
        self, program: Program, customer: Customer
    ) -> None:
        buy(program, customer)

        assert self.soon(program, BURNS - SECOND, least=11) == []

    def test_another_workspace_is_not_told(self, program: Program, customer: Customer) -> None:
        buy(program, customer)
        other = build_loyalty.program()

        assert self.soon(other, BURNS - SECOND) == []


class TestLevel:
    def test_the_level_follows_points_of_the_last_year(
        self, program: Program, customer: Customer
    ) -> None:
        build_loyalty.tier(program, "Silver", 10)
        build_loyalty.tier(program, "Gold", 30)
        buy(program, customer)

        now = selectors.level(program=program, customer=customer, at=day(1))
        later = selectors.level(program=program, customer=customer, at=day(365))

        assert (now.name, now.next_name, now.needed) == ("Silver", "Gold", 20)
        assert (later.name, later.earned) == ("", 0)

    def test_spending_keeps_the_level_and_a_refund_lowers_it(
        self, program: Program, customer: Customer
    ) -> None:
        order = build_loyalty.order(customer, 20_000)
        ledger.accrue(program=program, order=order)
        ledger.redeem(program=program, customer_id=customer.pk, points=10, key="a", at=day(1))
        spent = selectors.level(program=program, customer=customer, at=day(1)).earned

        ledger.reverse_accrual(program=program, order=order, refunded=10_000, at=day(2))

        assert spent == 10
        assert selectors.level(program=program, customer=customer, at=day(3)).earned == 5

    def test_a_refund_leaves_the_year_with_what_it_took_back(
        self, program: Program, customer: Customer
    ) -> None:
        order = build_loyalty.order(customer, 20_000)
        ledger.accrue(program=program, order=order)
        ledger.reverse_accrual(program=program, order=order, refunded=10_000, at=day(100))

        level = selectors.level(program=program, customer=customer, at=day(366))

        assert level.earned == 0


class TestDebtOfTheProgramme:
    def test_the_equation_holds_for_now_and_for_then(
        self, program: Program, customer: Customer
    ) -> None:
        order = build_loyalty.order(customer, 200_000)
        build_loyalty.refund(order, 100_000, at=day(5))
        following.catch_up(program=program, at=day(5))
        ledger.redeem(program=program, customer_id=customer.pk, points=20, key="a", at=day(9))
        ledger.adjust(
            program=program, customer_id=customer.pk, points=7, reason="r", actor="a", key="k",
            at=day(10),
        )  # fmt: skip

        then = selectors.equation(program=program, at=day(4))
        now = selectors.equation(program=program, at=day(11))

        assert (then.outstanding, then.held, then.difference) == (100, 100, 0)
        assert (now.issued, now.taken_back, now.spent, now.adjusted) == (100, 50, 20, -7)
        assert (now.outstanding, now.difference, now.accounts) == (37, 0, 1)
        assert selectors.outstanding(program=program, at=day(6)) == 50

    def test_debt_of_customers_is_in_the_equation(
        self, program: Program, customer: Customer
    ) -> None:
        order = build_loyalty.order(customer, 20_000)
        ledger.accrue(program=program, order=order)
        ledger.redeem(program=program, customer_id=customer.pk, points=10, key="a", at=day(1))
        ledger.reverse_accrual(program=program, order=order, refunded=20_000, at=day(2))

        equation = selectors.equation(program=program, at=day(3))

        assert (equation.owed, equation.outstanding, equation.difference) == (10, 0, 0)

    def test_debts_fall_due_in_the_month_of_the_last_day(
        self, program: Program, customer: Customer
    ) -> None:
        buy(program, customer)
        buy(program, customer, on=30)

        months = selectors.by_month(program=program, at=day(31))

        assert [(one.month, one.points) for one in months] == [(date(2025, 3, 1), 20)]


def test_a_statement_pages_without_losing_or_repeating(
    program: Program, customer: Customer
) -> None:
    for number in range(7):
        buy(program, customer, on=number // 2)

    first = selectors.statement(program=program, customer=customer, size=4)
    rest = selectors.statement(program=program, customer=customer, after=first.next, size=4)

    seen = [one.id for one in (*first.operations, *rest.operations)]
    assert len(set(seen)) == len(seen) == 7
    assert rest.next is None
    assert first.operations[0].occurred_at == day(3)


def test_a_statement_costs_one_query(
    program: Program, customer: Customer, django_assert_num_queries: object
) -> None:
    for number in range(5):
        buy(program, customer, on=number)

    with django_assert_num_queries(1):  # type: ignore[operator]
        selectors.statement(program=program, customer=customer, size=build.number() + 10)


class TestLiability:
    def test_walking_back_by_days_meets_the_stock_of_every_midnight(
        self, program: Program, customer: Customer
    ) -> None:
        buy(program, customer, on=1)
        ledger.redeem(program=program, customer_id=customer.pk, points=4, key="a", at=day(3))
        expiring.expire_due(tenant=program.workspace, at=day(500))
        days = [date(2024, 3, 1) + timedelta(n) for n in range(420)]
        zone = ZoneInfo(program.workspace.timezone)

        walked = liability.stock_by_day(program=program, first=days[0], last=days[-1])

        told = [datetime.combine(one + timedelta(1), time(), zone) for one in days]
        assert list(reversed(walked.values())) == [
            liability.outstanding(program=program, at=at) for at in told
        ]
        assert set(walked.values()) == {0, 6, 10}


class TestWeeks:
    def test_a_year_by_week_ends_with_the_instant_itself(
        self, program: Program, customer: Customer
    ) -> None:
        buy(program, customer, on=1)
        ledger.redeem(program=program, customer_id=customer.pk, points=4, key="a", at=day(9))

        told = balances.by_week(program=program, customer=customer, at=day(10), weeks=2)

        assert told == [0, 10, 6]
