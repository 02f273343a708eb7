"""Consents: an append-only journal whose last word counts, and withdrawals that stand."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from core.models import Event
from core.scoping import Scope
from crm.errors import ConsentNeedsProof
from crm.models import Consent, ConsentState, Customer, Identity, Order
from crm.services import consents
from tests import build, build_crm

pytestmark = pytest.mark.django_db
LATER = build.NOON + timedelta(days=1)


@pytest.fixture
def scope() -> Scope:
    return build.scope()


@pytest.fixture
def person(scope: Scope) -> Customer:
    return build_crm.customer(scope.workspace, phone="+79172048812", email="a@mail.ru")


def state(person: Customer, channel: str = "sms") -> str:
    found = ConsentState.unscoped.filter(customer=person, channel=channel).first()
    return found.state if found else ""


def give(scope: Scope, person: Customer, proof: str = "", **given: object) -> Consent | None:
    terms = {"channel": "sms", "stated_at": build.NOON, "source": "form", **given}
    return consents.give(scope=scope, customer=person, proof=proof, **terms)  # type: ignore[arg-type]


def nothing_pending() -> None:
    """Let deferred foreign keys be checked now, so that the table itself may be tried."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def withdraw(scope: Scope, person: Customer) -> Consent | None:
    return consents.withdraw(
        scope=scope, customer=person, channel="sms", stated_at=build.NOON, source="link"
    )


def test_the_last_word_is_the_answer_and_every_word_stays(scope: Scope, person: Customer) -> None:
    give(scope, person)
    withdraw(scope, person)
    give(scope, person, "form 7 signed", stated_at=LATER)

    assert state(person) == "granted"
    assert Consent.objects.within(scope).count() == 3
    assert Event.objects.within(scope).filter(name="crm.consent_withdrawn").count() == 1


@pytest.mark.parametrize(("proof", "stated_at"), [("", LATER), ("form 7", build.NOON)])
def test_a_withdrawal_yields_only_to_a_later_proven_word(
    scope: Scope, person: Customer, proof: str, stated_at: object
) -> None:
    withdraw(scope, person)

    with pytest.raises(ConsentNeedsProof):
        give(scope, person, proof, stated_at=stated_at)

    assert state(person) == "withdrawn"


def test_saying_the_same_again_records_nothing(scope: Scope, person: Customer) -> None:
    give(scope, person)

    assert give(scope, person) is None
    assert withdraw(scope, person) is not None
    assert withdraw(scope, person) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE crm_consent SET state = 'granted'",
        "DELETE FROM crm_consent",
        "TRUNCATE crm_consent CASCADE",
        "UPDATE crm_consentstate SET state = 'granted'",
        """INSERT INTO crm_consentstate
               (workspace_id, customer_id, purpose, channel, state, since)
           SELECT workspace_id, id, 'marketing', 'push', 'granted', now() FROM crm_customer""",
    ],
)
def test_the_database_refuses_to_rewrite_what_was_said(
    scope: Scope, person: Customer, statement: str
) -> None:
    withdraw(scope, person)
    nothing_pending()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert state(person) == "withdrawn"


def test_without_the_trigger_the_journal_can_be_rewritten(scope: Scope, person: Customer) -> None:
    withdraw(scope, person)
    nothing_pending()

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE crm_consent DISABLE TRIGGER USER")
        cursor.execute("UPDATE crm_consent SET state = 'granted'")

    assert Consent.objects.within(scope).get().state == "granted"


def test_a_row_may_not_name_a_customer_of_another_workspace(person: Customer) -> None:
    stranger = build.workspace()

    with pytest.raises(IntegrityError), transaction.atomic():
        Identity.unscoped.create(workspace=stranger, customer=person, kind="card", value="1")
    with pytest.raises(IntegrityError), transaction.atomic():
        build_crm.order(stranger, by=person)

    assert not Order.objects.within(stranger).exists()


def test_a_customer_stays_in_the_workspace_where_their_rows_are(person: Customer) -> None:
    build_crm.identity(person, "card", "1")

    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.unscoped.filter(pk=person.pk).update(workspace=build.workspace())


CONSENTS = "phone,consent_sms\n89172048812,да\n89172048813,да\n89172048814,нет\n89172048815,\n"


def test_a_file_gives_consents_with_a_basis_and_keeps_withdrawals(
    scope: Scope, person: Customer, tmp_path: Path
) -> None:
    withdraw(scope, person)
    path = build_crm.text_file(tmp_path, CONSENTS)
    options = {"legal_basis": "club form, 2024"}

    found = build_crm.loaded(scope, path, "customers", options=options)
    again = build_crm.loaded(scope, path, "customers", options=options)

    assert state(person) == "withdrawn"
    assert found.report["notes"]["consent_kept_withdrawn"] == {"count": 1, "lines": [2]}
    answers = ConsentState.objects.within(scope).order_by("customer_id")
    assert list(answers.values_list("state", flat=True)) == ["withdrawn", "granted", "withdrawn"]
    assert (found.created, found.unchanged, found.rejected) == (3, 1, 0)
    assert (again.unchanged, again.created, again.updated) == (4, 0, 0)


def test_a_column_that_is_not_mapped_gives_no_consent(scope: Scope, tmp_path: Path) -> None:
    path = build_crm.text_file(tmp_path, CONSENTS)

    build_crm.loaded(
        scope, path, "customers", mapping={"phone": "phone"}, options={"legal_basis": "form"}
    )

    assert not Consent.objects.within(scope).exists()


def test_two_people_in_one_row_are_reported_and_not_merged(
    scope: Scope, person: Customer, tmp_path: Path
) -> None:
    other = build_crm.customer(scope.workspace, email="b@mail.ru")
    path = build_crm.text_file(tmp_path, "phone,email\n89172048812,b@mail.ru\n")

    found = build_crm.loaded(scope, path, "customers")

    assert list(found.rejections.values_list("code", flat=True)) == ["identity_conflict"]
    owners = dict(Identity.objects.within(scope).values_list("value", "customer"))
    assert owners == {"+79172048812": person.pk, "a@mail.ru": person.pk, "b@mail.ru": other.pk}
