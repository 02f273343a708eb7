"""The books refuse what must never happen, whoever says it (L1 to L6, L16)."""

import pytest
from django.db import IntegrityError, connection, transaction

from core import invariants
from crm.models import Customer
from loyalty.models import Account, Entry, Lot, LotState, Program, Transaction
from loyalty.services import ledger
from tests import build_loyalty
from tests.loyalty.by_hand import WRONG, Sides, bare_transaction, post, side

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    return build_loyalty.program()


@pytest.fixture
def customer(program: Program) -> Customer:
    customer = build_loyalty.rewarded(program)
    with connection.cursor() as cursor:  # as if committed: nothing waits for the end
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return customer


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize("table", ["loyalty_transaction", "loyalty_entry", "loyalty_lot"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET workspace_id = workspace_id",
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
    ],
)
@pytest.mark.usefixtures("customer")
def test_a_fact_is_never_changed_or_removed(table: str, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        run(statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE loyalty_account SET balance = balance + 1",
        "UPDATE loyalty_lotstate SET remaining = remaining - 1",
        "DELETE FROM loyalty_lotstate",
    ],
)
@pytest.mark.usefixtures("customer")
def test_a_balance_is_never_moved_by_hand(statement: str) -> None:
    with pytest.raises(IntegrityError, match="moved by entries only"):
        run(statement)


def test_the_guard_is_what_stops_a_hand(customer: Customer) -> None:
    """Negative control: without the trigger the same statement passes, and an invariant tells."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE loyalty_account DISABLE TRIGGER USER")
        cursor.execute("UPDATE loyalty_account SET balance = balance + 1 WHERE kind = 'customer'")

    assert "ledger.L2" in invariants.broken()
    assert Account.unscoped.get(kind="customer", customer=customer).balance == 51


@pytest.mark.usefixtures("customer")
def test_an_account_with_entries_is_not_deleted() -> None:
    with pytest.raises(IntegrityError, match="an account with entries stays"):
        run("DELETE FROM loyalty_account WHERE customer_id IS NULL")


@pytest.mark.parametrize("named", ["account_id", "transaction_id", "lot_id"])
def test_an_entry_names_what_exists(program: Program, customer: Customer, named: str) -> None:
    own = Account.unscoped.get(customer=customer, kind="customer")
    spent = Account.unscoped.get(program=program, kind="spent")

    by_hand = bare_transaction(customer, program)
    sides = [side(by_hand, own, -5, Lot.unscoped.get(account=own)), side(by_hand, spent, 5)]
    for entry in sides:
        setattr(entry, named, 10**15)
    named_ones = [] if named == "transaction_id" else [by_hand]

    with pytest.raises(IntegrityError, match="names a lot"), transaction.atomic():
        post(*named_ones, sides=sides)


def test_an_account_is_not_opened_with_points(program: Program) -> None:
    with pytest.raises(IntegrityError, match="moved by entries only"), transaction.atomic():
        Account.unscoped.create(
            workspace=program.workspace,
            program=program,
            kind="customer",
            customer=build_loyalty.customer(program.workspace),
            balance=10,
        )


def spend_by_hand(
    program: Program, customer: Customer, own: Account, spent: Account, lot: Lot
) -> None:
    by_hand = bare_transaction(customer, program)
    post(by_hand, sides=[side(by_hand, own, -5, lot), side(by_hand, spent, 5)])


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_entries_that_do_not_add_up_are_refused(
    program: Program, customer: Customer, wrong: Sides
) -> None:
    own = Account.unscoped.get(customer=customer, kind="customer")
    spent = Account.unscoped.get(program=program, kind="spent")
    lot = Lot.unscoped.get(account=own)

    by_hand = bare_transaction(customer, program)
    with pytest.raises(IntegrityError), transaction.atomic():
        post(by_hand, sides=wrong(by_hand, own, spent, lot))

    assert LotState.unscoped.get(lot=lot).remaining == 50


def test_the_same_entries_in_balance_are_taken(program: Program, customer: Customer) -> None:
    """Negative control of the test above: nothing but the fault in each case stops it."""
    own = Account.unscoped.get(customer=customer, kind="customer")
    spent = Account.unscoped.get(program=program, kind="spent")
    lot = Lot.unscoped.get(account=own)

    spend_by_hand(program, customer, own, spent, lot)

    assert LotState.unscoped.get(lot=lot).remaining == 45


def test_an_entry_does_not_name_a_strangers_lot(program: Program, customer: Customer) -> None:
    stranger = build_loyalty.customer(program.workspace)
    ledger.accrue(program=program, order=build_loyalty.order(stranger, 100_000))
    own = Account.unscoped.get(customer=customer, kind="customer")
    spent = Account.unscoped.get(program=program, kind="spent")
    lot = Lot.unscoped.get(account__customer=stranger)

    with pytest.raises(IntegrityError, match="its own account"), transaction.atomic():
        spend_by_hand(program, customer, own, spent, lot)


def test_a_transaction_does_not_move_a_strangers_points(
    program: Program, customer: Customer
) -> None:
    stranger = build_loyalty.customer(program.workspace)
    own = Account.unscoped.get(customer=customer, kind="customer")
    spent = Account.unscoped.get(program=program, kind="spent")
    lot = Lot.unscoped.get(account=own)

    with pytest.raises(IntegrityError, match="customer"), transaction.atomic():
        spend_by_hand(program, stranger, own, spent, lot)


def test_a_posted_transaction_takes_no_more_entries(program: Program, customer: Customer) -> None:
    own = Account.unscoped.get(customer=customer, kind="customer")
    spent = Account.unscoped.get(program=program, kind="spent")
    lot = Lot.unscoped.get(account=own)
    posted = Transaction.unscoped.get(customer=customer)

    with pytest.raises(IntegrityError, match="come at once"), transaction.atomic():
        Entry.unscoped.bulk_create([side(posted, own, -5, lot), side(posted, spent, 5)])


def test_a_transaction_that_comes_without_its_entries_is_refused_at_once(
    program: Program, customer: Customer
) -> None:
    """Not only at COMMIT: no later statement could post to it."""
    with pytest.raises(IntegrityError, match="has no entries"), transaction.atomic():
        bare_transaction(customer, program).save(force_insert=True)


def test_the_ledger_knows_no_contact_data() -> None:
    """L22: erasing a person never touches the books."""
    columns = {
        field.name for model in (Transaction, Entry, Lot) for field in model._meta.get_fields()
    }

    assert not columns & {"email", "phone", "name", "first_name", "last_name", "card"}
