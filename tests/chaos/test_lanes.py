"""A large import gives its points in the long lane: meanwhile messages go, and facts are handed on."""

import time
from collections.abc import Iterator
from threading import Event as Signal
from threading import Thread

import pytest
from django.db import connection, transaction

from campaigns.models import Run
from core import invariants
from core.models import Event, Job
from core.polling import poll_once
from core.services import relay
from crm.models import Customer
from loyalty.models import Account, Program, Transaction
from tests import build, build_loyalty
from tests import build_campaigns as campaigns

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.chaos]
PATIENCE = 30.0
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def program() -> Program:
    return build_loyalty.program()


@pytest.fixture
def customer(program: Program) -> Customer:
    """Somebody with an account, and an order of the import that has not earned yet."""
    made = build_loyalty.rewarded(program)
    build_loyalty.order(made, 200_000, last_import_id=5)
    return made


@pytest.fixture
def imported(customer: Customer) -> Event:
    return build.event(
        within=customer.workspace, name="crm.orders_imported", payload={"import_id": 5}
    )


@pytest.fixture
def run(program: Program) -> Run:
    """A campaign that is about to be sent to two people."""
    campaigns.people(program.workspace, 2)
    made = campaigns.campaign(program.workspace)
    campaigns.step(made)
    return campaigns.launched(made)


def waiters() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return int(cursor.fetchone()[0])


def wait_for_waiters(number: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while waiters() < number:
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.02)


@pytest.fixture
def bulk(customer: Customer, imported: Event, run: Run) -> Iterator[Thread]:
    """The long lane in the midst of its accrual: until `bulk.join()` is asked, it cannot end."""
    may_end, holds = Signal(), Signal()

    def hold() -> None:
        with transaction.atomic():
            Account.unscoped.select_for_update().get(customer=customer, kind="customer")
            holds.set()
            may_end.wait(PATIENCE)
        connection.close()

    def accrue() -> None:
        poll_once("long")
        connection.close()

    holder, accruing = Thread(target=hold), Bulk(may_end, target=accrue)
    holder.start()
    assert holds.wait(PATIENCE)
    accruing.start()
    wait_for_waiters(1)
    yield accruing
    accruing.join()
    holder.join()


class Bulk(Thread):
    """A thread that is let go when somebody waits for it."""

    def __init__(self, may_end: Signal, **words: object) -> None:
        super().__init__(**words)  # type: ignore[arg-type]
        self._may_end = may_end

    def join(self, timeout: float | None = PATIENCE) -> None:
        self._may_end.set()
        super().join(timeout)


def test_a_message_goes_while_an_import_gives_its_points(bulk: Thread, run: Run) -> None:
    poll_once("fast")

    assert campaigns.states(run).count("accepted") == 2
    assert bulk.is_alive()
    assert not Transaction.unscoped.filter(order__last_import_id=5).exists()


def test_the_points_are_given_once_and_the_figures_asked_for_after_them(
    bulk: Thread, imported: Event
) -> None:
    poll_once("fast")
    asked_too_early = Job.unscoped.filter(kind="analytics.recompute").count()

    bulk.join()
    poll_once("fast")
    poll_once("long")

    imported.refresh_from_db()
    assert (imported.attempts, imported.relayed_at is not None) == (1, True)
    assert Transaction.unscoped.filter(order__last_import_id=5, kind="accrue").count() == 1
    assert (asked_too_early, Job.unscoped.filter(kind="analytics.recompute").count()) == (0, 1)
    assert invariants.broken() == {}


def test_a_fact_about_somebody_of_the_import_lets_others_pass_and_comes_back(
    bulk: Thread, customer: Customer, program: Program
) -> None:
    other = build_loyalty.customer(program.workspace)
    busy, free = (
        build.event(
            within=program.workspace, name="crm.orders_changed", payload={"customer_ids": [who.pk]}
        )
        for who in (customer, other)
    )
    build_loyalty.order(other, 100_000)

    poll_once("fast")
    relay.relay_due("fast")

    busy.refresh_from_db()
    free.refresh_from_db()
    assert (busy.relayed_at, busy.attempts, busy.last_error) == (None, 0, "")
    assert busy.next_try_at > free.next_try_at
    assert free.relayed_at is not None


@pytest.mark.usefixtures("bulk")
def test_without_its_short_patience_the_fast_lane_would_wait_too(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a fact of the same person, and no limit to waiting."""
    monkeypatch.setattr(relay, "LOCK_TIMEOUT", "0")
    build.event(
        within=customer.workspace,
        name="crm.orders_changed",
        payload={"customer_ids": [customer.pk]},
    )

    def look() -> None:
        poll_once("fast")
        connection.close()

    fast = Thread(target=look, daemon=True)
    fast.start()

    wait_for_waiters(2)
    assert fast.is_alive()
