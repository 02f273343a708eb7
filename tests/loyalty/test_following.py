"""Whole sets of orders: the same points as one by one, dated when they happened, and only once."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from core.models import Event
from core.services import events, relay
from crm.models import Customer, Order
from loyalty import selectors
from loyalty.models import Entry, Lot, Program, Transaction
from loyalty.services import accruing, expiring, following, ledger, order_sets, reversing
from tests import build, build_loyalty
from tests.build_loyalty import day

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


def books(program: Program) -> list[tuple[object, ...]]:
    """Every entry of a programme without its ids, in the order of business time."""
    rows = Entry.unscoped.filter(account__program=program).values_list(
        "transaction__idempotency_key", "account__kind", "account__customer_id", "amount",
        "occurred_at", "lot__active_from", "lot__expires_at", "lot__amount",
    )  # fmt: skip
    return sorted(rows, key=str)


def shop_of_orders(program: Program, customers: int = 8, orders: int = 60) -> list[Order]:
    dice = random.Random(7)
    people = [build_loyalty.customer(program.workspace) for _ in range(customers)]
    return [
        build_loyalty.order(
            dice.choice(people),
            dice.randrange(0, 50_000),
            at=day(dice.randrange(300)),
            is_purchase=dice.random() > 0.1,
        )
        for _ in range(orders)
    ]


def test_a_set_earns_what_its_orders_earn_one_by_one(program: Program) -> None:
    orders = shop_of_orders(program)
    accruing.accrue_orders(program=program)
    at_once = books(program)
    hashes = set(Transaction.unscoped.values_list("idempotency_key", "payload_hash"))

    again = [ledger.accrue(program=program, order=order) for order in orders]

    assert all(posted is None or posted.is_replay for posted in again)
    assert books(program) == at_once
    assert len(hashes) == len([posted for posted in again if posted])


def test_a_set_earns_once(program: Program) -> None:
    shop_of_orders(program)

    first = accruing.accrue_orders(program=program)
    again = accruing.accrue_orders(program=program)

    assert first.points > 0
    assert again == accruing.Moved(0, 0)


def test_chunks_of_customers_miss_nobody(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = shop_of_orders(program)
    monkeypatch.setattr(accruing, "CHUNK", 3)

    accruing.accrue_orders(program=program)

    earning = [order for order in orders if ledger.earned(program=program, order=order)]
    assert Transaction.unscoped.count() == len(earning)


def test_an_order_that_comes_meanwhile_earns_next_time_with_a_life_of_its_own(
    program: Program, customer: Customer
) -> None:
    build_loyalty.order(customer, 20_000, at=day(3))
    later = iter([lambda: build_loyalty.order(customer, 10_000, at=day(9))])

    def come_meanwhile(execute: Any, sql: str, *more: Any) -> Any:
        if "FOR UPDATE" in sql:
            next(later, int)()
        return execute(sql, *more)

    with connection.execute_wrapper(come_meanwhile):
        first = accruing.accrue_orders(program=program)
    again = accruing.accrue_orders(program=program)

    assert (first.points, again.points) == (10, 5)
    lives = Lot.unscoped.order_by("active_from").values_list("active_from", "expires_at__year")
    assert list(lives) == [(day(3), 2025), (day(9), 2025)]


def test_points_are_dated_when_the_order_was_placed(program: Program, customer: Customer) -> None:
    build_loyalty.order(customer, 20_000, at=day(3))

    accruing.accrue_orders(program=program)

    lot = Lot.unscoped.get()
    assert (lot.active_from, lot.transaction.occurred_at) == (day(3), day(3))
    assert lot.expires_at == day(3).replace(year=2025, hour=21)  # midnight in Moscow


def test_debt_is_repaid_by_the_earliest_orders_of_a_set(
    program: Program, customer: Customer
) -> None:
    returned = build_loyalty.order(customer, 20_000)
    ledger.accrue(program=program, order=returned)
    ledger.redeem(program=program, customer_id=customer.pk, points=10, key="a", at=day(1))
    ledger.reverse_accrual(program=program, order=returned, refunded=20_000, at=day(2))
    build_loyalty.order(customer, 12_000, at=day(4))
    build_loyalty.order(customer, 14_000, at=day(3))

    accruing.accrue_orders(program=program)

    balance = selectors.balance(program=program, customer=customer, at=day(5))
    assert (balance.active, balance.owed) == (3, 0)
    assert list(Lot.unscoped.order_by("id").values_list("amount", flat=True)) == [10, 3]


def test_a_set_of_refunds_takes_what_they_take_one_by_one(program: Program) -> None:
    orders = shop_of_orders(program)
    dice = random.Random(11)
    for order in orders:
        for _ in range(dice.randrange(3)):
            build_loyalty.refund(order, order.total // 3, at=day(300 + dice.randrange(20)))

    accruing.accrue_orders(program=program)
    reversing.reverse_orders(program=program)
    at_once = books(program)
    again = reversing.reverse_orders(program=program)

    for order in Order.unscoped.filter(refunded__gt=0):
        ledger.reverse_accrual(program=program, order=order, refunded=order.refunded, at=day(330))
    assert again == accruing.Moved(0, 0)
    assert books(program) == at_once


def test_refunds_of_a_set_take_each_at_its_own_moment(program: Program, customer: Customer) -> None:
    order = build_loyalty.order(customer, 20_000)
    build_loyalty.refund(order, 10_000, at=day(5))
    build_loyalty.refund(order, 5_000, at=day(9))

    following.catch_up(program=program, at=day(10))

    taken = Transaction.unscoped.filter(kind="reverse").order_by("occurred_at")
    assert [row.occurred_at for row in taken] == [day(5), day(9)]
    assert selectors.balance(program=program, customer=customer, at=day(6)).active == 5
    assert selectors.balance(program=program, customer=customer, at=day(10)).active == 3


def test_a_set_takes_spent_points_from_others_and_then_as_debt(
    program: Program, customer: Customer
) -> None:
    order = build_loyalty.order(customer, 200_000)
    build_loyalty.order(customer, 20_000, at=day(1))
    accruing.accrue_orders(program=program)
    ledger.redeem(program=program, customer_id=customer.pk, points=100, key="a", at=day(2))
    build_loyalty.refund(order, 200_000, at=day(3))

    reversing.reverse_orders(program=program)

    balance = selectors.balance(program=program, customer=customer, at=day(4))
    assert (balance.total, balance.owed) == (0, 90)


def test_a_late_refund_of_an_earlier_day_takes_its_share_only(
    program: Program, customer: Customer
) -> None:
    order = build_loyalty.order(customer, 30_000)
    accruing.accrue_orders(program=program)
    build_loyalty.refund(order, 10_000, at=day(9))
    reversing.reverse_orders(program=program)
    build_loyalty.refund(order, 10_000, at=day(4))

    reversing.reverse_orders(program=program)

    assert selectors.balance(program=program, customer=customer, at=day(10)).active == 5


def test_what_has_burned_is_booked_at_its_own_instant(program: Program, customer: Customer) -> None:
    build_loyalty.order(customer, 20_000)
    accruing.accrue_orders(program=program)
    burns = Lot.unscoped.get().expires_at
    assert burns is not None

    too_early = expiring.expire_due(tenant=program.workspace, at=burns - timedelta(seconds=1))
    in_time = expiring.expire_due(tenant=program.workspace, at=day(900))
    again = expiring.expire_due(tenant=program.workspace, at=day(900))

    assert (too_early, in_time, again) == (0, 1, 0)
    assert Transaction.unscoped.get(kind="expire").occurred_at == burns


def test_chunks_of_lots_miss_none(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    shop_of_orders(program)
    lots = accruing.accrue_orders(program=program).transactions
    monkeypatch.setattr(expiring, "CHUNK", 3)

    assert lots > 3
    assert expiring.expire_due(tenant=program.workspace, at=day(900)) == lots


def test_only_what_is_left_burns(program: Program, customer: Customer) -> None:
    build_loyalty.order(customer, 20_000)
    accruing.accrue_orders(program=program)
    ledger.redeem(program=program, customer_id=customer.pk, points=7, key="a", at=day(1))

    expiring.expire_everywhere(at=day(900))

    equation = selectors.equation(program=program, at=day(900))
    assert (equation.spent, equation.expired, equation.held) == (7, 3, 0)


def test_another_workspace_is_left_alone(program: Program, customer: Customer) -> None:
    build_loyalty.order(customer, 20_000)
    accruing.accrue_orders(program=program)

    assert expiring.expire_due(tenant=build.workspace(), at=day(900)) == 0


class TestFacts:
    def tell(self, name: str, payload: dict[str, object], customer: Customer) -> None:
        events.record(tenant=customer.workspace_id, name=name, at=day(10), payload=payload)
        relay.relay_due("fast")
        relay.relay_due("long")

    def test_orders_of_customers_earn(self, program: Program, customer: Customer) -> None:
        build_loyalty.order(customer, 20_000)
        build_loyalty.order(build_loyalty.customer(program.workspace), 20_000)

        self.tell("crm.orders_changed", {"customer_ids": [customer.pk]}, customer)

        assert Transaction.unscoped.get().customer_id == customer.pk

    def test_orders_of_an_import_earn(self, program: Program, customer: Customer) -> None:
        build_loyalty.order(customer, 20_000, last_import_id=5)
        build_loyalty.order(customer, 20_000, last_import_id=6)

        self.tell("crm.orders_imported", {"import_id": 5}, customer)

        assert Transaction.unscoped.count() == 1

    def test_a_refund_of_an_import_takes_from_an_order_of_an_earlier_one(
        self, program: Program, customer: Customer
    ) -> None:
        order = build_loyalty.order(customer, 20_000, last_import_id=5)
        self.tell("crm.orders_imported", {"import_id": 5}, customer)
        refund = build_loyalty.refund(order, 20_000, at=day(2))
        refund.last_import_id = 6
        refund.save()

        self.tell("crm.orders_imported", {"import_id": 6}, customer)

        assert selectors.balance(program=program, customer=customer, at=day(3)).total == 0

    def test_a_refund_that_comes_before_its_order_is_taken_after_it(
        self, program: Program, customer: Customer
    ) -> None:
        order = build_loyalty.order(customer, 20_000)
        build_loyalty.refund(order, 10_000, at=day(2))
        self.tell("crm.refund_recorded", {"customer_ids": [customer.pk]}, customer)
        self.tell("crm.orders_changed", {"customer_ids": [customer.pk]}, customer)

        assert selectors.balance(program=program, customer=customer, at=day(3)).total == 5

    def test_the_same_fact_twice_moves_points_once(
        self, program: Program, customer: Customer
    ) -> None:
        build_loyalty.order(customer, 20_000)

        self.tell("crm.orders_changed", {"customer_ids": [customer.pk]}, customer)
        self.tell("crm.orders_changed", {"customer_ids": [customer.pk]}, customer)

        assert Transaction.unscoped.count() == 1
        assert Event.unscoped.filter(name="loyalty.points_accrued").count() == 1

    def test_a_workspace_without_a_programme_gives_nothing(self) -> None:
        stranger = build_loyalty.customer(build.workspace())
        build_loyalty.order(stranger, 20_000)

        self.tell("crm.orders_changed", {"customer_ids": [stranger.pk]}, stranger)

        assert not Transaction.unscoped.exists()


def test_an_import_is_found_by_its_stamp() -> None:
    found = order_sets.of_payload({"import_id": 5})

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM crm_order o WHERE {found.condition}", found.params)
        assert cursor.fetchone() == (0,)
