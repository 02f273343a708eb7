"""The database's legal moves are those of the table in rules."""

from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction

from campaigns.models import AudienceMember, Delivery, Receipt, Run, RunLink, RunStep
from campaigns.rules.transitions import State, legal_pairs
from campaigns.services import sending
from core.scoping import TenantModel
from tests import build
from tests import build_campaigns as campaigns

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> Run:
    """A run of one message, sent."""
    shop = build.workspace()
    campaigns.person(shop)
    made = campaigns.campaign(shop)
    campaigns.step(made)
    launched = campaigns.launched(made)
    sending.send_due()
    return launched


def test_the_trigger_holds_exactly_the_table_of_legal_moves() -> None:
    pairs = list(product(State, State))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT old, new FROM unnest(%s::text[], %s::text[]) AS move(old, new) "
            "WHERE campaigns_is_legal_move(old, new) AND old <> new ORDER BY 1, 2",
            [[str(old) for old, _ in pairs], [str(new) for _, new in pairs]],
        )
        allowed = [tuple(row) for row in cursor.fetchall()]

    assert allowed == legal_pairs()


def test_an_accepted_delivery_stays_accepted(run: Run) -> None:
    accepted = Delivery.unscoped.filter(run=run)

    with pytest.raises(IntegrityError, match="does not move"), transaction.atomic():
        accepted.update(state="queued")

    assert campaigns.states(run) == ["accepted"]


def test_a_delivery_does_not_begin_as_accepted(run: Run) -> None:
    row = campaigns.delivery(run)
    row.pk = None

    with pytest.raises(IntegrityError, match="does not begin"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (RunStep, {"text": "Other words"}),
        (RunLink, {"url": "https://evil.example/"}),
        (AudienceMember, {"is_control": True}),
        (Run, {"control_percent": 50}),
        (Run, {"audience_size": 7}),
        (Run, {"speed": 9}),
    ],
)
def test_what_was_launched_is_frozen(
    run: Run, model: type[TenantModel], changes: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        model.unscoped.all().update(**changes)


def test_a_run_may_still_be_paused(run: Run) -> None:
    changed = Run.unscoped.filter(pk=run.pk).update(state="paused")

    assert changed == 1


def test_receipts_are_append_only(run: Run) -> None:
    row = campaigns.delivery(run)
    Receipt.unscoped.create(
        workspace=run.workspace, delivery=row, kind="read", at=build.NOON, source="test"
    )

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Receipt.unscoped.all().update(kind="clicked")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Receipt.unscoped.all()._raw_delete("default")

    assert Receipt.unscoped.count() == 1
