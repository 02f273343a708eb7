"""Customers, orders and refunds by the caller's own ids: outcome by outcome."""

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import InvalidInput, NotFound
from core.models import Event
from core.scoping import Scope
from crm.errors import IdentityTaken, RefundDiffers, RefundTooLarge, TotalsDiffer
from crm.models import Customer, Identity, Order, OrderLine, RefundLine
from crm.services import customers, orders, refunds
from crm.services.inputs import CustomerInput, LineInput, OrderInput, Outcome, RefundInput
from tests import build, build_crm

pytestmark = pytest.mark.django_db
TEA = LineInput(sku="TEA", quantity=Decimal(2), unit_price=Decimal("1.255"))


@pytest.fixture
def scope() -> Scope:
    return build.scope()


def put(scope: Scope, *items: CustomerInput) -> list[Outcome]:
    return customers.upsert(scope=scope, items=items, at=build.NOON)


def sell(scope: Scope, *items: OrderInput) -> list[Outcome]:
    return orders.upsert(scope=scope, items=items, at=build.NOON)


def order(external_id: str = "o-1", **given: Any) -> OrderInput:
    return OrderInput(**{"external_id": external_id, "placed_at": build.NOON, "lines": (TEA,),
                         "customer": "c-1", **given})  # fmt: skip


def test_a_customer_is_created_then_unchanged_then_updated(scope: Scope) -> None:
    item = CustomerInput("c-1", phone="8 903 123-45-67", email="A@Mail.ru", first_name="Anna")

    first, again = put(scope, item)[0], put(scope, item)[0]
    changed = put(scope, CustomerInput("c-1", first_name="Maria"))[0]

    assert [one.outcome for one in (first, again, changed)] == ["created", "unchanged", "updated"]
    assert len({one.id for one in (first, again, changed)}) == 1
    assert set(Identity.objects.within(scope).values_list("kind", "value")) == {
        ("external", "c-1"), ("phone", "+79031234567"), ("email", "a@mail.ru"),
    }  # fmt: skip


def test_an_identity_of_another_is_a_named_refusal_not_a_merge(scope: Scope) -> None:
    owner = build_crm.customer(scope.workspace, external_id="c-1", email="a@mail.ru")

    refused, taken = put(
        scope, CustomerInput("c-2", email="a@mail.ru"), CustomerInput("c-3", phone="+79031234567")
    )

    assert (refused.code, refused.field, refused.others) == ("identity_taken", "email", (owner.pk,))
    assert taken.outcome == "created"
    with pytest.raises(IdentityTaken):
        customers.upsert_one(
            scope=scope, item=CustomerInput("c-2", email="a@mail.ru"), at=build.NOON
        )


def test_somebody_known_by_phone_alone_gets_the_number_of_the_source(scope: Scope) -> None:
    known = build_crm.customer(scope.workspace, phone="+79031234567")

    found = put(scope, CustomerInput("c-9", phone="89031234567"))[0]

    assert (found.outcome, found.id) == ("updated", known.pk)


def test_bad_and_repeated_items_are_rejected_and_the_rest_goes_on(scope: Scope) -> None:
    outcomes = put(
        scope, CustomerInput("c-1", phone="12"), CustomerInput("c-2"), CustomerInput("c-2"),
        CustomerInput("", email="a@b.com"), CustomerInput("c-3", first_name="x" * 101),
    )  # fmt: skip

    assert [one.code for one in outcomes] == [
        "phone",
        "",
        "repeated_in_batch",
        "missing",
        "too_long",
    ]
    assert Customer.objects.within(scope).count() == 1


def test_a_zone_of_no_map_is_refused_of_one_item_and_of_an_edit(scope: Scope) -> None:
    bad, good = put(scope, CustomerInput("c-1", timezone="Mars/Olympus"),
                    CustomerInput("c-2", timezone="Asia/Omsk"))  # fmt: skip

    assert (bad.outcome, bad.code, bad.field) == ("rejected", "timezone", "timezone")
    person = Customer.objects.within(scope).get(pk=good.id)
    with pytest.raises(InvalidInput) as refused:
        customers.edit(scope=scope, customer=person, changes={"timezone": "Mars"}, at=build.NOON)
    assert refused.value.fields[0]["field"] == "timezone"
    changed = customers.edit(scope=scope, customer=person, changes={"timezone": ""}, at=build.NOON)
    assert changed.timezone == ""


def test_a_thousand_customers_take_as_many_statements_as_ten(scope: Scope) -> None:
    def statements(count: int, prefix: str) -> int:
        items = [CustomerInput(f"{prefix}{n}", email=f"{prefix}{n}@mail.ru") for n in range(count)]
        with CaptureQueriesContext(connection) as queries:
            put(scope, *items)
        return len(queries)

    assert statements(1_000, "b") <= statements(10, "a") + 2


def test_more_than_a_thousand_are_refused(scope: Scope) -> None:
    with pytest.raises(InvalidInput):
        put(scope, *[CustomerInput(str(n)) for n in range(1_001)])


def test_an_order_is_created_then_unchanged_then_updated(scope: Scope) -> None:
    first, again = sell(scope, order())[0], sell(scope, order())[0]
    changed = sell(scope, order(lines=(TEA, TEA)))[0]

    assert [one.outcome for one in (first, again, changed)] == ["created", "unchanged", "updated"]
    stored = Order.objects.within(scope).get()
    assert (stored.total, stored.lines.count()) == (502, 2)
    assert stored.customer is not None


def test_fewer_lines_leave_no_old_ones(scope: Scope) -> None:
    sell(scope, order(lines=(TEA, TEA, TEA)))

    sell(scope, order())

    assert OrderLine.objects.within(scope).count() == 1


def test_a_total_that_is_not_the_sum_is_rejected(scope: Scope) -> None:
    outcomes = sell(scope, order(total=1), order("o-2", total=251))

    assert [one.code for one in outcomes] == ["totals_differ", ""]
    with pytest.raises(TotalsDiffer):
        orders.upsert_one(scope=scope, item=order(total=1), at=build.NOON)


def test_a_guests_order_has_no_customer(scope: Scope) -> None:
    sell(scope, order(customer=None))

    assert Order.objects.within(scope).get().customer is None


def test_an_order_records_whose_orders_changed(scope: Scope) -> None:
    outcome = sell(scope, order())[0]

    fact = Event.objects.within(scope).get(name="crm.orders_changed")
    person = Customer.objects.within(scope).get()
    assert fact.payload == {"customer_ids": [person.pk], "order_ids": [outcome.id]}
    assert sell(scope, order())[0].outcome == "unchanged"
    assert Event.objects.within(scope).filter(name="crm.orders_changed").count() == 1


def test_one_new_customer_does_not_keep_the_rest_from_theirs(scope: Scope) -> None:
    person = build_crm.customer(scope.workspace, external_id="c-1")

    said = sell(scope, order("o-1"), order("o-2", customer="c-2"), order("o-3", customer=None))

    found = {row.external_id: row.customer_id for row in Order.objects.within(scope)}
    assert [one.outcome for one in said] == ["created"] * 3
    assert found["o-1"] == person.pk
    assert found["o-2"] not in {None, person.pk}
    assert found["o-3"] is None


def test_spaces_around_a_customers_id_mean_nothing(scope: Scope) -> None:
    person = build_crm.customer(scope.workspace, external_id="c-1")

    sell(scope, order(customer=" c-1 "))

    assert Order.objects.within(scope).get().customer_id == person.pk


def test_a_customer_that_cannot_be_refuses_his_order_only(scope: Scope) -> None:
    said = sell(scope, order("o-1", customer="x" * 300), order("o-2", customer="c-2"))

    assert [(one.outcome, one.code, one.field) for one in said] == [
        ("rejected", "too_long", "customer"),
        ("created", "", ""),
    ]
    assert Order.objects.within(scope).get().external_id == "o-2"


def test_the_same_customer_id_of_another_system_is_another_customer(scope: Scope) -> None:
    person = build_crm.customer(scope.workspace, external_id="c-1")

    sell(scope, order(), order("o-2", system="till"))

    found = {row.external_id: row.customer_id for row in Order.objects.within(scope)}
    assert found["o-1"] == person.pk
    assert found["o-2"] not in {None, person.pk}


def test_people_of_two_systems_in_one_list_are_not_crossed(scope: Scope) -> None:
    names = [("a", ""), ("b", ""), ("a", "till"), ("b", "till")]
    put(scope, *[CustomerInput(name, system) for name, system in names])

    sell(scope, order(customer="a", system="till"), order("o-2", customer="b"))

    sold = Order.objects.within(scope).order_by("external_id")
    named = sold.values_list("customer__identities__value", "customer__identities__system")
    assert list(named) == [("a", "till"), ("b", "")]


@pytest.mark.parametrize(
    "moment", ["2024-03-01T12:00:00+00:00", "2024-03-01T12:00:00.000120Z",
               "2024-03-01T12:00:00+03:00", "2024-03-01T12:00:00+01:02:03"],
)  # fmt: skip
def test_an_instant_is_kept_whatever_its_offset(scope: Scope, moment: str) -> None:
    placed_at = datetime.fromisoformat(moment)

    sell(scope, order(placed_at=placed_at))

    assert Order.objects.within(scope).get().placed_at == placed_at


def test_an_order_keeps_the_hash_that_tells_it_from_others(scope: Scope) -> None:
    plain = OrderInput("o-1", datetime(2024, 3, 1, 12, 0, 0, 120, UTC), "c-1", total=100)
    said = (b'["c-1","",{"external_id":"o-1","placed_at":"2024-03-01T12:00:00.000120+00:00",'
            b'"total":100,"is_purchase":true},[]]')  # fmt: skip

    sell(scope, plain)

    assert bytes(Order.objects.within(scope).get().content_hash) == hashlib.sha256(said).digest()


def test_a_refund_is_recorded_once_and_added_to_its_order(scope: Scope) -> None:
    sell(scope, order())
    item = RefundInput("r-1", build.NOON, order="o-1", lines=(
        LineInput(sku="TEA", quantity=Decimal(1), unit_price=Decimal("1.255"), amount=125),))  # fmt: skip

    first = refunds.record(scope=scope, item=item, at=build.NOON)
    again = refunds.record(scope=scope, item=item, at=build.NOON)

    assert (first.outcome, again.outcome) == ("created", "unchanged")
    assert Order.objects.within(scope).get().refunded == 125
    assert RefundLine.objects.within(scope).get().order_line is not None
    fact = Event.objects.within(scope).get(name="crm.refund_recorded")
    assert fact.payload["refund_id"] == first.refund.pk


def test_the_same_paper_with_other_content_is_a_conflict(scope: Scope) -> None:
    sell(scope, order())
    refunds.record(scope=scope, item=RefundInput("r-1", build.NOON, "o-1", total=1), at=build.NOON)

    with pytest.raises(RefundDiffers):
        refunds.record(
            scope=scope, item=RefundInput("r-1", build.NOON, "o-1", total=2), at=build.NOON
        )


def test_no_more_comes_back_than_was_paid(scope: Scope) -> None:
    sell(scope, order())
    refunds.record(
        scope=scope, item=RefundInput("r-1", build.NOON, "o-1", total=200), at=build.NOON
    )

    with pytest.raises(RefundTooLarge):
        refunds.record(
            scope=scope, item=RefundInput("r-2", build.NOON, "o-1", total=52), at=build.NOON
        )

    assert Order.objects.within(scope).get().refunded == 200
    assert sell(scope, order(lines=(), total=100))[0].code == "refund_too_large"


def test_a_refund_of_an_unknown_order_is_not_found(scope: Scope) -> None:
    with pytest.raises(NotFound):
        refunds.record(
            scope=scope, item=RefundInput("r-1", build.NOON, "nothing", total=1), at=build.NOON
        )


def test_days_of_orders_are_local(scope: Scope) -> None:
    late = build.NOON.replace(hour=22)

    sell(scope, order(placed_at=late))

    assert Order.objects.within(scope).get().placed_on == late.date() + timedelta(days=1)


def test_another_workspaces_order_is_not_touched(scope: Scope) -> None:
    other = build.scope()
    sell(other, order())

    sell(scope, order(total=None, lines=(TEA, TEA)))

    assert Order.objects.within(other).get().total == 251
    assert Order.objects.within(scope).get().total == 502
