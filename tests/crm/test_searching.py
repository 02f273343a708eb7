"""Search finds a person by a phone that no numbering plan knows, as the demo's invented ones."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from core.scoping import Scope
from crm.models import Customer, Identity
from crm.selectors import searching
from tests import build, build_crm

pytestmark = pytest.mark.django_db
INVENTED = "+9990000016098"


@pytest.fixture
def scope() -> Scope:
    return build.scope()


@pytest.fixture
def person(scope: Scope) -> Customer:
    found: Customer = Customer.unscoped.create(workspace=scope.workspace)
    Identity.unscoped.create(
        workspace=scope.workspace, customer=found, kind="phone", value=INVENTED
    )
    return found


@pytest.mark.parametrize("typed", [INVENTED, "9990000016098", "+999 000 001-60-98"])
def test_an_invented_phone_is_found_in_any_format(
    scope: Scope, person: Customer, typed: str
) -> None:
    assert list(searching.customers(scope=scope, q=typed)) == [person]


def test_another_number_finds_nobody(scope: Scope, person: Customer) -> None:
    assert list(searching.customers(scope=scope, q="+9990000016099")) == []


def test_a_broken_address_finds_nobody(scope: Scope, person: Customer) -> None:
    assert list(searching.customers(scope=scope, q="a@@b")) == []


@pytest.mark.parametrize("written", ["Ёлкина", "Елкина", "ЕЛКИНА"])
@pytest.mark.parametrize("typed", ["Ёлкина", "елкина", "алёна ёлк", "Алена Елкина"])
def test_a_name_is_found_with_its_dots_and_without(scope: Scope, written: str, typed: str) -> None:
    found = Customer.unscoped.create(
        workspace=scope.workspace, first_name="Алёна", last_name=written
    )

    assert list(searching.customers(scope=scope, q=typed)) == [found]


def test_other_letters_are_not_taken_for_each_other(scope: Scope) -> None:
    Customer.unscoped.create(workspace=scope.workspace, last_name="Олкина")

    assert not searching.customers(scope=scope, q="Ёлкина").exists()


PHONE = "+79123456789"


@pytest.mark.parametrize(
    "typed",
    ["345-67-89", "345 67 89", "3456789", "345.67.89", "(345) 67\u201189", "6789", "67-89", "12 3456789",
     "9123456789", "8 912 345-67-89", "tel:3456789"],
)  # fmt: skip
def test_a_phone_is_found_by_its_last_digits_with_any_separators(scope: Scope, typed: str) -> None:
    found = build_crm.customer(scope.workspace, phone=PHONE)
    build_crm.customer(scope.workspace, phone="+79123456780")
    build_crm.customer(build.workspace(), phone=PHONE)

    assert list(searching.customers(scope=scope, q=typed)) == [found]


@pytest.mark.parametrize(
    "typed", ["789", "345-67-8", "x6789", "+3456789", "34567890", "91234567895"]
)
def test_what_is_no_end_of_it_does_not_find_it(scope: Scope, typed: str) -> None:
    build_crm.customer(scope.workspace, phone=PHONE)

    assert list(searching.customers(scope=scope, q=typed)) == []


def test_a_whole_number_of_an_order_book_comes_before_the_end_of_a_phone(scope: Scope) -> None:
    build_crm.customer(scope.workspace, phone=PHONE)
    named = build_crm.customer(scope.workspace, external_id="6789")

    assert list(searching.customers(scope=scope, q="6789")) == [named]


@pytest.mark.parametrize("written", ["AB 2200 0417", "ab22000417", "Ab2200 0417"])
@pytest.mark.parametrize("typed", ["AB22000417", "ab 2200 0417", "a b 2 2 0 0 0 4 1 7"])
def test_a_card_is_found_whatever_its_spaces_and_case(
    scope: Scope, written: str, typed: str
) -> None:
    found = build_crm.customer(scope.workspace, card=written)
    build_crm.customer(scope.workspace, card="AB 2200 0418")

    assert list(searching.customers(scope=scope, q=typed)) == [found]


def test_another_persons_number_is_not_taken_for_a_card(scope: Scope) -> None:
    build_crm.customer(scope.workspace, external_id="ab 22")

    assert list(searching.customers(scope=scope, q="AB22")) == []


@pytest.mark.parametrize("typed", ["345-67-89", "AB 2200 0417", "anna"])
def test_a_search_takes_two_queries(
    scope: Scope, typed: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    build_crm.customer(scope.workspace, phone=PHONE, card="AB 2200 0417", first_name="Anna")

    with django_assert_num_queries(2):
        assert len(searching.customers(scope=scope, q=typed)) == 1


CROWD = 5_000
FILL = """
INSERT INTO crm_identity (workspace_id, customer_id, kind, system, value)
SELECT %(shop)s, %(who)s, 'phone', '', '+79' || lpad((n * 7919 %% 1000000000)::text, 9, '0')
FROM generate_series(1, %(crowd)s) n
UNION ALL
SELECT %(shop)s, %(who)s, 'card', '', 'C ' || n FROM generate_series(1, %(crowd)s) n
"""


@pytest.mark.parametrize(
    ("typed", "index"),
    [("345-67-89", "crm_identity_phone_tail"), ("AB22000417", "crm_identity_plain_card")],
)
def test_among_many_it_is_read_from_its_index(scope: Scope, typed: str, index: str) -> None:
    found = build_crm.customer(scope.workspace, phone=PHONE, card="AB 2200 0417")
    crowd = build_crm.customer(scope.workspace)
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"shop": scope.workspace.pk, "who": crowd.pk, "crowd": CROWD})
        cursor.execute("ANALYZE crm_identity")

    with CaptureQueriesContext(connection) as asked:
        assert found in searching.customers(scope=scope, q=typed)

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + asked[0]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert index in plan
    assert "Seq Scan" not in plan
