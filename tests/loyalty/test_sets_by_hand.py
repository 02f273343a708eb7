"""Many transactions posted by one statement are judged as each of them alone is."""

import pytest
from django.db import IntegrityError, transaction

from crm.models import Customer
from loyalty.models import Account, Entry, Lot, LotState, Program
from tests import build_loyalty
from tests.loyalty.by_hand import WRONG, Sides, bare_lot, bare_transaction, post, side

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    return build_loyalty.program()


@pytest.fixture
def customer(program: Program) -> Customer:
    return build_loyalty.rewarded(program)


def own(customer: Customer) -> Account:
    account: Account = Account.unscoped.get(customer=customer, kind="customer")
    return account


def side_of(program: Program, kind: str) -> Account:
    account: Account = Account.unscoped.get(program=program, kind=kind)
    return account


def post_all(*groups: list[Entry]) -> None:
    """The transactions of all these entries with their entries, in one statement."""
    entries = [entry for group in groups for entry in group]
    post(*{entry.transaction_id: entry.transaction for entry in entries}.values(), sides=entries)


def good(program: Program, customer: Customer) -> list[Entry]:
    """A redemption of 5 points, as it should be."""
    spending = bare_transaction(customer, program)
    lot = Lot.unscoped.get(account=own(customer))
    return [side(spending, own(customer), -5, lot), side(spending, side_of(program, "spent"), 5)]


# A lot that five points were taken from may get one back.
ALSO_WRONG = {name: wrong for name, wrong in WRONG.items() if name != "over the lot"}


@pytest.mark.parametrize("wrong", ALSO_WRONG.values(), ids=ALSO_WRONG.keys())
def test_one_wrong_transaction_stops_the_whole_statement(
    program: Program, customer: Customer, wrong: Sides
) -> None:
    lot, spent = Lot.unscoped.get(account=own(customer)), side_of(program, "spent")
    with pytest.raises(IntegrityError), transaction.atomic():
        post_all(
            good(program, customer),
            wrong(bare_transaction(customer, program), own(customer), spent, lot),
        )

    assert LotState.unscoped.get(lot=lot).remaining == 50


def test_two_right_ones_are_taken_together(program: Program, customer: Customer) -> None:
    """The negative control."""
    post_all(good(program, customer), good(program, customer))

    assert LotState.unscoped.get(lot__account=own(customer)).remaining == 40


def test_nothing_is_added_to_one_of_several_that_was_posted(
    program: Program, customer: Customer
) -> None:
    first, other = good(program, customer), good(program, customer)
    post_all(first)
    more = [side(entry.transaction, entry.account, entry.amount, entry.lot) for entry in first]

    with pytest.raises(IntegrityError, match="come at once"), transaction.atomic():
        post(other[0].transaction, sides=[*more, *other])


def test_each_of_several_has_its_entries(program: Program, customer: Customer) -> None:
    posted, bare, other = (
        good(program, customer),
        bare_transaction(customer, program),
        good(program, customer),
    )

    with pytest.raises(IntegrityError, match="has no entries"), transaction.atomic():
        post(posted[0].transaction, bare, other[0].transaction, sides=[*posted, *other])


def test_what_others_posted_in_between_is_no_hindrance(
    program: Program, customer: Customer
) -> None:
    """The negative control: the numbers around it are of one statement."""
    first, between, last = (good(program, customer) for _ in range(3))
    post_all(between)

    post_all(first, last)

    assert LotState.unscoped.get(lot__account=own(customer)).remaining == 35


def impersonal(program: Program, customer: Customer) -> list[Entry]:
    """Points moved between two sides of the programme, in somebody's name."""
    moving = bare_transaction(customer, program)
    return [
        side(moving, side_of(program, "issued"), -5),
        side(moving, side_of(program, "spent"), 5),
    ]


def test_a_transaction_moves_points_of_its_customer(program: Program, customer: Customer) -> None:
    with pytest.raises(IntegrityError, match="customer"), transaction.atomic():
        post_all(impersonal(program, customer))


def test_so_does_each_of_several(program: Program, customer: Customer) -> None:
    with pytest.raises(IntegrityError, match="customer"), transaction.atomic():
        post_all(good(program, customer), impersonal(program, customer))


def born_and_drawn(program: Program, customer: Customer) -> tuple[Lot, list[Entry], list[Entry]]:
    """A new lot of 20 points, the entries that bear it, and those that spend 5 of it."""
    earning, spending = (bare_transaction(customer, program) for _ in range(2))
    lot = bare_lot(earning, own(customer), 20)
    return (
        lot,
        [side(earning, side_of(program, "issued"), -20), side(earning, own(customer), 20, lot)],
        [side(spending, own(customer), -5, lot), side(spending, side_of(program, "spent"), 5)],
    )


def test_a_lot_is_not_drawn_from_by_the_statement_that_bears_it(
    program: Program, customer: Customer
) -> None:
    lot, born, drawn = born_and_drawn(program, customer)

    with pytest.raises(IntegrityError, match="a lot"), transaction.atomic():
        post(born[0].transaction, drawn[0].transaction, sides=[*born, *drawn], lots=[lot])


def test_born_by_one_statement_it_is_drawn_from_by_the_next(
    program: Program, customer: Customer
) -> None:
    """The negative control."""
    lot, born, drawn = born_and_drawn(program, customer)

    post(born[0].transaction, sides=born, lots=[lot])
    post_all(drawn)

    assert LotState.unscoped.get(lot=lot).remaining == 15


def adjusted(program: Program, customer: Customer, **said: str) -> list[Entry]:
    by_hand = bare_transaction(customer, program, kind="adjust", **said)
    lot = Lot.unscoped.get(account=own(customer))
    return [
        side(by_hand, own(customer), -5, lot),
        side(by_hand, side_of(program, "adjusted"), 5),
    ]


@pytest.mark.parametrize("said", [{}, {"reason": "gift"}, {"actor": "user:1"}])
def test_an_adjustment_says_why_and_who(
    program: Program, customer: Customer, said: dict[str, str]
) -> None:
    with pytest.raises(IntegrityError, match="customer"), transaction.atomic():
        post_all(adjusted(program, customer, **said))
    with pytest.raises(IntegrityError, match="customer"), transaction.atomic():
        post_all(good(program, customer), adjusted(program, customer, **said))


def test_one_that_says_both_is_taken(program: Program, customer: Customer) -> None:
    """The negative control."""
    said = {"reason": "gift", "actor": "user:1"}

    post_all(adjusted(program, customer, **said))

    assert LotState.unscoped.get(lot__account=own(customer)).remaining == 45


@pytest.mark.parametrize(("kind", "is_named"), [("customer", False), ("debt", False),
                                                ("issued", True)])  # fmt: skip
def test_an_account_is_somebodys_exactly_when_it_names_them(
    program: Program, kind: str, *, is_named: bool
) -> None:
    who = build_loyalty.customer(program.workspace) if is_named else None

    with pytest.raises(IntegrityError, match="if and only if"), transaction.atomic():
        Account.unscoped.create(
            workspace=program.workspace, program=program, kind=kind, customer=who
        )
