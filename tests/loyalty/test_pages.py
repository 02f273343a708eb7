"""The programme's pages: what they show, change, and refuse."""

from decimal import Decimal

import pytest
from django.test import Client

from core.models import AuditEntry, Job, Workspace
from core.services import jobs
from crm.models import Customer
from loyalty import selectors
from loyalty.models import Program, Transaction
from loyalty.rules import keys
from loyalty.services import expiring, following, ledger
from tests import build, build_loyalty
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
    """Somebody with 5 points of an order and a level ahead."""
    customer = build_loyalty.customer(program.workspace, first_name="Maria")
    build_loyalty.tier(program, "Silver", 100)
    build_loyalty.order(customer, 10_000, external_id="A-1", at=day(900))
    following.catch_up(program=program, at=day(901))
    return customer


def signed_in(shop: Workspace, role: str = "owner") -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(build.member(shop, role))
    return client


def test_the_programme_shows_its_terms_debt_and_operations(
    shop: Workspace, customer: Customer
) -> None:
    page = signed_in(shop).get(f"/{shop.slug}/loyalty/")

    text = page.content.decode()
    assert page.status_code == 200
    assert "<dd>5%</dd>" in text
    assert "order A-1" in text
    assert str(customer) in text
    assert "the difference is 0" in text


def test_points_taken_back_as_debt_are_told_in_the_history_and_in_the_operations(
    shop: Workspace, program: Program
) -> None:
    debtor = build_loyalty.customer(shop)
    order = build_loyalty.order(debtor, 10_000, at=day(0))
    ledger.accrue(program=program, order=order)
    ledger.redeem(program=program, customer_id=debtor.pk, points=5, key="all", at=day(1))
    ledger.reverse_accrual(program=program, order=order, refunded=10_000, at=day(2))
    client = signed_in(shop)

    card = client.get(f"/{shop.slug}/customers/{debtor.pk}/").content.decode()
    programme = client.get(f"/{shop.slug}/loyalty/").content.decode()

    assert f"order {order.external_id}, debt −5" in card
    assert "debt −5" in programme
    reason = programme[: programme.index("debt −5")].rsplit("<td", 1)[1]
    assert reason.startswith(' data-cell="line">')


def test_a_workspace_without_a_programme_says_so(shop: Workspace) -> None:
    client = signed_in(shop)

    pages = [client.get(f"/{shop.slug}/loyalty/{path}") for path in ("", "integrity/")]

    assert [page.status_code for page in pages] == [200, 200]
    assert b"Set the terms" in pages[0].content


@pytest.mark.usefixtures("customer")
def test_operations_page_by_a_cursor(shop: Workspace, program: Program) -> None:
    for number in range(30):
        customer = build_loyalty.customer(shop)
        build_loyalty.order(customer, 10_000, external_id=f"B-{number}", at=day(number))
    following.catch_up(program=program, at=day(100))
    client = signed_in(shop)

    first = client.get(f"/{shop.slug}/loyalty/")
    rest = client.get(f"/{shop.slug}/loyalty/{first.context['page'].after}")

    shown = [row.id for page in (first, rest) for row in page.context["page"].rows]
    assert len(shown) == len(set(shown)) == 31
    assert rest.context["page"].after == ""


@pytest.mark.parametrize("after", ["x", "2024-01-01/1", "9999-99-99T00:00:00+00:00/1", "/"])
@pytest.mark.usefixtures("customer")
def test_a_broken_cursor_shows_the_first_page(shop: Workspace, after: str) -> None:
    assert signed_in(shop).get(f"/{shop.slug}/loyalty/", {"after": after}).status_code == 200


TERMS = {
    "name": "Club",
    "base_percent": "7.5",
    "point_value": "0.50",
    "activation_days": "3",
    "expiry_days": "",
    "starts_on": "",
}


def test_the_owner_opens_a_programme(shop: Workspace) -> None:
    signed_in(shop).post(f"/{shop.slug}/loyalty/terms/", TERMS)

    program = selectors.program_of(shop)
    assert (program.point_value, program.expiry_days) == (50, None)
    assert AuditEntry.objects.within(shop).get().action == "loyalty.program_opened"


def test_a_change_of_terms_is_audited_and_moves_no_points(
    shop: Workspace, program: Program, customer: Customer
) -> None:
    signed_in(shop).post(f"/{shop.slug}/loyalty/terms/", TERMS)

    entry = AuditEntry.objects.within(shop).get(action="loyalty.terms_changed")
    assert (entry.before["base_percent"], entry.after["base_percent"]) == ("5.00", "7.5")
    assert selectors.balance(program=program, customer=customer, at=day(902)).active == 5


def test_wrong_terms_are_refused_at_the_field(shop: Workspace, program: Program) -> None:
    page = signed_in(shop).post(f"/{shop.slug}/loyalty/terms/", TERMS | {"base_percent": "101"})

    assert page.status_code == 422
    program.refresh_from_db()
    assert program.base_percent == 5


def test_a_marketer_does_not_change_the_terms(shop: Workspace) -> None:
    page = signed_in(shop, "marketer").post(f"/{shop.slug}/loyalty/terms/", TERMS)

    assert page.status_code == 403


class TestCard:
    def test_the_level_and_points_stand_on_the_card(
        self, shop: Workspace, customer: Customer
    ) -> None:
        text = signed_in(shop).get(f"/{shop.slug}/customers/{customer.pk}/").content.decode()

        assert "Silver" in text
        assert "can be spent" in text

    def test_the_tab_shows_operations(self, shop: Workspace, customer: Customer) -> None:
        page = signed_in(shop).get(f"/{shop.slug}/customers/{customer.pk}/points/")

        assert b"order A-1" in page.content


class TestAdjustment:
    def send(
        self, shop: Workspace, customer: Customer, client: Client | None = None, **changed: str
    ) -> int:
        fields = {"way": "give", "points": "40", "reason": "late parcel", "nonce": "n-1"}
        address = f"/{shop.slug}/loyalty/customers/{customer.pk}/adjust/"
        return (client or signed_in(shop)).post(address, fields | changed).status_code

    def test_points_are_given_with_a_reason(
        self, shop: Workspace, program: Program, customer: Customer
    ) -> None:
        client = signed_in(shop, "marketer")
        form = client.get(f"/{shop.slug}/loyalty/customers/{customer.pk}/adjust/")

        status = self.send(shop, customer, client)

        made = Transaction.objects.within(shop).get(kind="adjust")
        assert (form.status_code, status, made.reason) == (200, 302, "late parcel")
        assert made.actor.startswith("user:")
        assert AuditEntry.objects.within(shop).get().action == "loyalty.points_adjusted"

    def test_the_same_form_sent_twice_gives_once(self, shop: Workspace, customer: Customer) -> None:
        client = signed_in(shop)

        statuses = [self.send(shop, customer, client) for _ in range(2)]

        assert statuses == [302, 302]
        assert Transaction.objects.within(shop).filter(kind="adjust").count() == 1

    def test_more_than_there_is_cannot_be_taken(self, shop: Workspace, customer: Customer) -> None:
        assert self.send(shop, customer, way="take", points="999999") == 409

    def test_a_change_without_a_reason_is_refused(
        self, shop: Workspace, customer: Customer
    ) -> None:
        assert self.send(shop, customer, reason="") == 422

    def test_undo_takes_the_points_back(
        self, shop: Workspace, program: Program, customer: Customer
    ) -> None:
        client = signed_in(shop)
        self.send(shop, customer, client)
        made = Transaction.objects.within(shop).get(kind="adjust")

        undone = client.post(f"/{shop.slug}/loyalty/operations/{made.pk}/undo/")

        assert undone.status_code == 302
        assert keys.undoing(made.pk) in set(
            Transaction.objects.within(shop).values_list("idempotency_key", flat=True)
        )

    def test_an_analyst_changes_no_points(self, shop: Workspace, customer: Customer) -> None:
        assert self.send(shop, customer, signed_in(shop, "analyst")) == 403

    def test_an_operation_of_another_workspace_is_not_found(self, shop: Workspace) -> None:
        foreign = build_loyalty.adjustment(build.workspace())
        build_loyalty.program(shop)

        page = signed_in(shop).post(f"/{shop.slug}/loyalty/operations/{foreign.pk}/undo/")

        assert page.status_code == 404


@pytest.mark.usefixtures("customer")
def test_the_books_are_checked_on_demand(shop: Workspace) -> None:
    client = signed_in(shop)
    before = client.get(f"/{shop.slug}/loyalty/integrity/")
    client.post(f"/{shop.slug}/loyalty/integrity/check/")
    jobs.run(job=jobs._claim() or Job())

    after = client.get(f"/{shop.slug}/loyalty/integrity/")

    assert b"Not checked yet" in before.content
    assert b"Adds up" in after.content
    assert all(proof.holds for proof in after.context["proofs"])


@pytest.mark.parametrize(
    ("language", "shown", "typed"), [("ru", "7,5", "2,25"), ("ru", "7,5", "2.25"),
                                     ("en", "7.5", "2.25")],
)  # fmt: skip
def test_the_percent_is_shown_and_taken_as_the_reader_writes_it(
    shop: Workspace, program: Program, language: str, shown: str, typed: str
) -> None:
    Program.unscoped.filter(pk=program.pk).update(base_percent=Decimal("7.50"))
    path, of_reader = f"/{shop.slug}/loyalty/terms/", {"Accept-Language": language}
    owner = signed_in(shop)

    page = owner.get(path, headers=of_reader).content.decode()
    owner.post(path, TERMS | {"base_percent": typed}, headers=of_reader)

    program.refresh_from_db()
    assert f'name="base_percent" value="{shown}"' in page
    assert program.base_percent == Decimal("2.25")


def test_points_that_expired_say_why(shop: Workspace, program: Program, customer: Customer) -> None:
    ledger.adjust(program=program, customer_id=customer.pk, points=3, reason="Kind", actor="me",
                  key="a", at=day(900))  # fmt: skip
    expiring.expire_due(tenant=shop, at=day(1400))

    page = signed_in(shop).get(f"/{shop.slug}/loyalty/").content.decode()
    card = signed_in(shop).get(f"/{shop.slug}/customers/{customer.pk}/points/").content.decode()

    assert "for order A-1, not spent in time" in page
    assert "for order A-1, not spent in time" in card
    assert ">not spent in time" in card


def test_an_english_percent_stands_at_its_number(shop: Workspace, customer: Customer) -> None:
    owner = signed_in(shop)

    card = owner.get(f"/{shop.slug}/customers/{customer.pk}/").content.decode()

    assert "cashback 5%" in card
