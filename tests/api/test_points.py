"""Points through the API: balance, spending once, statement; never how much was spent."""

from datetime import timedelta

import pytest

from core import clock
from core.models import Workspace
from crm.models import Customer
from loyalty.models import Program, Transaction
from loyalty.services import ledger
from tests import build, build_loyalty
from tests.api.client import Api


@pytest.fixture
def program(shop: Workspace) -> Program:
    return build_loyalty.program(shop)


@pytest.fixture
def anna(shop: Workspace, program: Program) -> Customer:
    """Somebody with 50 points from one order."""
    anna = build_loyalty.customer(shop, first_name="Anna")
    order = build_loyalty.order(anna, 100_000, at=clock.now() - timedelta(days=2))
    ledger.accrue(program=program, order=order)
    return anna


def of(customer: Customer, what: str = "") -> str:
    return f"/api/v1/customers/{customer.pk}/points{what}"


def test_the_balance_says_what_may_be_spent_and_when_it_burns(api: Api, anna: Customer) -> None:
    answer = api.get(of(anna))

    assert answer.status_code == 200
    assert (answer.json()["active"], answer.json()["owed"]) == (50, 0)
    assert [part["points"] for part in answer.json()["burning"]] == [50]


def test_the_balance_of_somebody_new_is_nothing(
    api: Api, shop: Workspace, program: Program
) -> None:
    assert api.get(of(build_loyalty.customer(shop))).json()["active"] == 0


def test_spending_takes_points_and_says_what_is_left(api: Api, anna: Customer) -> None:
    answer = api.once(of(anna, "/redeem"), {"points": 20, "reference": "cheque-1"})

    assert answer.status_code == 201
    assert (answer.json()["points"], answer.json()["active"]) == (20, 30)
    assert api.get(of(anna)).json()["active"] == 30


def test_spending_without_a_key_is_refused_and_takes_nothing(api: Api, anna: Customer) -> None:
    answer = api.post(of(anna, "/redeem"), {"points": 20, "reference": "cheque-1"})

    assert answer.json()["code"] == "idempotency_key_required"
    assert api.get(of(anna)).json()["active"] == 50


def test_a_storm_of_retries_spends_once(api: Api, anna: Customer) -> None:
    body = {"points": 20, "reference": "cheque-1"}

    answers = [api.once(of(anna, "/redeem"), body, key="k") for _ in range(100)]

    assert len({answer.content for answer in answers}) == 1
    assert api.get(of(anna)).json()["active"] == 30


def test_the_same_cheque_with_another_key_spends_once_too(api: Api, anna: Customer) -> None:
    body = {"points": 20, "reference": "cheque-1"}
    first = api.once(of(anna, "/redeem"), body)
    second = api.once(of(anna, "/redeem"), body)

    assert first.json()["operation"] == second.json()["operation"]
    assert api.get(of(anna)).json()["active"] == 30


def test_the_same_cheque_with_other_points_is_refused(api: Api, anna: Customer) -> None:
    api.once(of(anna, "/redeem"), {"points": 20, "reference": "cheque-1"})
    answer = api.once(of(anna, "/redeem"), {"points": 10, "reference": "cheque-1"})

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_conflict")
    assert [fault["field"] for fault in answer.json()["fields"]] == ["reference"]


def test_more_than_there_is_cannot_be_spent(api: Api, anna: Customer) -> None:
    answer = api.once(of(anna, "/redeem"), {"points": 51, "reference": "cheque-1"})

    assert (answer.status_code, answer.json()["code"]) == (409, "insufficient_points")
    [fault] = answer.json()["fields"]
    assert (fault["field"], fault["message"]) == ("points", answer.json()["detail"])
    assert api.get(of(anna)).json()["active"] == 50


def test_a_foreign_customer_has_no_points_here(api: Api, anna: Customer, shop: Workspace) -> None:
    stranger = Api.of(build.workspace())

    answer = stranger.once(of(anna, "/redeem"), {"points": 1, "reference": "cheque-1"})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert Transaction.objects.within(shop).filter(kind="redeem").count() == 0


@pytest.mark.parametrize("reference", [" cheque-1", "cheque-1\t\n ", "\u00a0cheque-1"])
def test_a_cheque_that_looks_the_same_is_the_same(api: Api, anna: Customer, reference: str) -> None:
    api.once(of(anna, "/redeem"), {"points": 20, "reference": "cheque-1"})

    api.once(of(anna, "/redeem"), {"points": 20, "reference": reference})

    assert api.get(of(anna)).json()["active"] == 30


@pytest.mark.parametrize("reference", ["cheque\u200b-1", "cheque-1\u202e", "che\x07que", "a\nb"])
def test_a_cheque_with_a_sign_nobody_sees_is_refused(
    api: Api, anna: Customer, reference: str
) -> None:
    answer = api.once(of(anna, "/redeem"), {"points": 20, "reference": reference})

    fault = answer.json()["fields"][0]
    assert (answer.status_code, fault["field"], fault["code"]) == (400, "reference", "hidden_sign")
    assert api.get(of(anna)).json()["active"] == 50


def test_the_statement_tells_operations_newest_first(api: Api, anna: Customer) -> None:
    api.once(of(anna, "/redeem"), {"points": 20, "reference": "cheque-1"})

    page = api.get(of(anna, "/operations")).json()

    assert [(one["kind"], one["points"]) for one in page["items"]] == [
        ("redeem", -20), ("accrue", 50),
    ]  # fmt: skip
    assert page["next"] is None


def test_the_statement_tells_of_points_taken_back_as_debt(
    api: Api, anna: Customer, shop: Workspace
) -> None:
    api.once(of(anna, "/redeem"), {"points": 50, "reference": "cheque-1"})
    order = anna.orders.get()
    program = Program.objects.within(shop).get()
    ledger.reverse_accrual(program=program, order=order, refunded=order.total, at=clock.now())

    newest = api.get(of(anna, "/operations")).json()["items"][0]

    assert (newest["kind"], newest["points"], newest["owed"]) == ("reverse", 0, 50)


def test_the_statement_comes_in_pages(api: Api, anna: Customer) -> None:
    api.once(of(anna, "/redeem"), {"points": 20, "reference": "cheque-1"})
    first = api.get(of(anna, "/operations?limit=1")).json()

    second = api.get(of(anna, f"/operations?limit=1&cursor={first['next']}")).json()

    kinds = [page["items"][0]["kind"] for page in (first, second)]
    assert (kinds, second["next"]) == (["redeem", "accrue"], None)


def test_a_cursor_of_one_customer_does_not_open_another(
    api: Api, anna: Customer, shop: Workspace
) -> None:
    api.once(of(anna, "/redeem"), {"points": 20, "reference": "cheque-1"})
    cursor = api.get(of(anna, "/operations?limit=1")).json()["next"]
    boris = build_loyalty.customer(shop)

    answer = api.get(of(boris, f"/operations?cursor={cursor}"))

    assert answer.json()["code"] == "invalid_cursor"


@pytest.mark.parametrize("what", ["", "/operations"])
def test_customers_are_never_shown_what_they_have_spent(
    api: Api, anna: Customer, what: str
) -> None:
    content = api.get(of(anna, what)).content

    assert b"100000" not in content
    assert b"total" not in content
