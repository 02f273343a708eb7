"""A programme that is switched off: nothing is earned or spent by any door, the rest goes on."""

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client

from core.models import AuditEntry, Job, Workspace
from core.services import jobs
from crm.models import Customer
from loyalty.errors import NoProgram, ProgramIsOff
from loyalty.models import Program, Transaction
from loyalty.selectors import balances
from loyalty.services import accruing, expiring, following, ledger, programs
from tests import build, build_loyalty
from tests.api.client import Api
from tests.build_loyalty import day

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Workspace:
    return build.workspace(locale="en")


@pytest.fixture
def program(shop: Workspace) -> Program:
    return build_loyalty.program(shop)


@pytest.fixture
def customer(program: Program) -> Customer:
    """Somebody with 5 points of an order."""
    customer = build_loyalty.customer(program.workspace)
    build_loyalty.order(customer, 10_000, external_id="A-1", at=day(900))
    following.catch_up(program=program, at=day(901))
    return customer


@pytest.fixture
def off(shop: Workspace, program: Program, customer: Customer) -> Program:
    return programs.switch(scope=build.scope(shop), on=False)


def client_of(shop: Workspace, role: str = "owner") -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(build.member(shop, role))
    return client


def active(program: Program, customer: Customer) -> int:
    return balances.balance(program=program, customer=customer, at=day(920)).active


def test_orders_earn_nothing_whichever_way_they_come(off: Program, customer: Customer) -> None:
    order = build_loyalty.order(customer, 10_000, external_id="A-2", at=day(902))

    as_set = accruing.accrue_orders(program=off)
    followed = following.catch_up(program=off, at=day(903))
    single = ledger.accrue(program=off, order=order)

    assert (as_set.transactions, followed.accrued.transactions, single) == (0, 0, None)
    assert active(off, customer) == 5


def test_points_cannot_be_spent(off: Program, customer: Customer) -> None:
    with pytest.raises(ProgramIsOff):
        ledger.redeem(program=off, customer_id=customer.pk, points=1, key="c-1", at=day(920))

    assert active(off, customer) == 5


def test_a_cheque_that_was_posted_before_is_answered_as_before(
    shop: Workspace, program: Program, customer: Customer
) -> None:
    spend = partial(ledger.redeem, customer_id=customer.pk, points=1, key="c-1", at=day(920))
    first = spend(program=program)
    off = programs.switch(scope=build.scope(shop), on=False)

    again = spend(program=off)

    assert (again.transaction_id, again.is_replay) == (first.transaction_id, True)


@pytest.mark.usefixtures("off")
def test_the_till_is_told_so_and_may_try_again_later(shop: Workspace, customer: Customer) -> None:
    address = f"/api/v1/customers/{customer.pk}/points/redeem"
    till, body = Api.of(shop, frozenset({"points.write"})), {"points": 1, "reference": "c-1"}

    refused = till.once(address, body, "k-1")
    programs.switch(scope=build.scope(shop), on=True)
    later = till.once(address, body, "k-1")

    assert (refused.status_code, refused.json()["code"]) == (409, "program_is_off")
    assert later.status_code == 201


def test_expiry_and_corrections_by_hand_go_on(off: Program, customer: Customer) -> None:
    ledger.adjust(
        program=off, customer_id=customer.pk, points=3, reason="gift", actor="user:1",
        key="h-1", at=day(902),
    )  # fmt: skip
    with_gift = active(off, customer)

    expiring.expire_due(tenant=off.workspace_id, at=day(902) + timedelta(days=4_000))

    kinds = set(Transaction.objects.within(off.workspace_id).values_list("kind", flat=True))
    assert with_gift == 8
    assert "expire" in kinds


def test_switched_on_it_gives_what_came_meanwhile(
    shop: Workspace, off: Program, customer: Customer
) -> None:
    build_loyalty.order(customer, 20_000, external_id="A-2", at=day(902))

    programs.switch(scope=build.scope(shop), on=True)
    jobs.run_due()

    job = Job.objects.within(shop).get()
    assert (job.state, job.result) == ("succeeded", {"orders": 1, "points": 10})
    assert active(off, customer) == 15


@pytest.mark.usefixtures("customer")
def test_the_page_switches_it_and_the_audit_says_so(shop: Workspace, program: Program) -> None:
    owner, page = client_of(shop), f"/{shop.slug}/loyalty/"

    owner.post(f"{page}off/")
    text = owner.get(page).content.decode()
    owner.post(f"{page}off/")
    owner.post(f"{page}on/")

    program.refresh_from_db()
    said = list(AuditEntry.objects.within(shop).order_by("id").values_list("action", flat=True))
    assert "The programme is switched off." in text
    assert f"/{shop.slug}/loyalty/on/" in text
    assert said == ["loyalty.switched_off", "loyalty.switched_on"]
    assert program.is_active


@pytest.mark.usefixtures("customer")
def test_a_marketer_sees_the_programme_and_no_switch(shop: Workspace, program: Program) -> None:
    marketer, page = client_of(shop, "marketer"), f"/{shop.slug}/loyalty/"

    refused = marketer.post(f"{page}off/")

    program.refresh_from_db()
    assert (refused.status_code, program.is_active) == (403, True)
    assert "switch-off" not in marketer.get(page).content.decode()


def test_without_a_programme_there_is_nothing_to_switch(shop: Workspace) -> None:
    with pytest.raises(NoProgram):
        programs.switch(scope=build.scope(shop), on=False)
