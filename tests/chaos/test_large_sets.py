"""Large sets take turns: an import's points and an expiry never wait for each other in a ring."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal
from typing import Any

import pytest
from django.db import OperationalError, connection
from psycopg2.errors import DeadlockDetected

from core import invariants
from loyalty.models import Program, Transaction
from loyalty.services import accruing, expiring, following, ledger, order_sets, turns
from tests import build_loyalty
from tests.build_loyalty import day

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.chaos]
PATIENCE = 30.0
IMPORT = 5
_WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Program:
    """Two people with points that have expired and an order of an import each; a set takes them
    one by one, as they came, and an expiry both at once, the account that was opened first first.
    """
    monkeypatch.setattr(accruing, "CHUNK", 1)
    made = build_loyalty.program(expiry_days=30)
    people = [build_loyalty.customer(made.workspace) for _ in range(2)]
    for person in reversed(people):
        ledger.accrue(program=made, order=build_loyalty.order(person, 20_000))
        build_loyalty.order(person, 20_000, at=day(39), last_import_id=IMPORT)
    return made


class Halfway:
    """Stops a connection before its second lock until somebody waits for what it has."""

    def __init__(self) -> None:
        self.is_here = Signal()
        self._locks = 0

    def __call__(self, execute: Any, sql: str, *more: Any) -> Any:
        self._locks += "FOR UPDATE" in sql
        if self._locks > 1 and not self.is_here.is_set():
            self.is_here.set()
            _wait_for_a_waiter()
        return execute(sql, *more)


def _wait_for_a_waiter() -> None:
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            # Else a transaction goes on seeing who was there at its first look.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(_WAITING)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)


def race(program: Program) -> list[str]:
    """The points of an import and, when it has locked the first account, what has expired."""
    halfway = Halfway()

    def follow() -> None:
        orders = order_sets.of_import(IMPORT)
        with connection.execute_wrapper(halfway):
            following.follow_orders(program=program, orders=orders, at=day(40))

    def expire() -> None:
        assert halfway.is_here.wait(PATIENCE)
        expiring.expire_due(tenant=program.workspace, at=day(40))

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(_outcome, (follow, expire)))


def _outcome(work: Callable[[], None]) -> str:
    try:
        work()
    except OperationalError as error:
        return type(error.__cause__).__name__
    finally:
        connection.close()
    return "done"


def test_an_import_and_an_expiry_both_end(program: Program) -> None:
    outcomes = race(program)

    assert outcomes == ["done", "done"]
    assert Transaction.unscoped.filter(order__last_import_id=IMPORT).count() == 2
    assert Transaction.unscoped.filter(kind="expire").count() == 2
    assert invariants.broken() == {}


def test_without_their_turns_they_wait_in_a_ring(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: nobody takes a turn."""
    monkeypatch.setattr(turns, "take", lambda **_words: None)

    outcomes = race(program)

    assert DeadlockDetected.__name__ in outcomes
