"""The ledger through its services, against pgbench and against bare statements.

Needs a migrated database in the settings; leaves nothing but a few rows of a workspace of its own.
"""

import multiprocessing
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from django.db import connection

from benchmarks import bare_books, disks, ratios
from benchmarks.pgbench import Pgbench
from benchmarks.table import Row
from core.models import Workspace
from crm.models import Order
from loyalty.models import Program
from loyalty.services import accruing, expiring, ledger
from loyalty.services.programs import Terms, open_program

CLIENTS = 8
ROUNDS = 3
PARTS = 2 * ROUNDS  # as many on a slower disk
SETS = 5  # two or three seconds each: what else the machine does shows
SECONDS = 6
PATIENCE = 60  # a client that has died answers never
AT = datetime(2024, 3, 1, 12, tzinfo=UTC)
BURNED = AT.replace(year=2030)
FULL_CUSTOMERS = 1_000_000


def rows(scale: float) -> list[Row]:
    """Single operations by 8 clients against TPC-B, and sets against bare statements."""
    customers = max(int(FULL_CUSTOMERS * scale), 2_000)
    return [*single_operations(customers), *sets(customers // 2)]


def single_operations(customers: int) -> list[Row]:
    """Accruals and redemptions in turn, medians of rounds: TPC-B, ours, their rows bare."""
    program = _shop(customers, orders=customers)
    accruing.accrue_orders(program=program)  # everybody has something to spend
    _orders(program, customers, PARTS * SECONDS * 5_000, "later")
    pgbench = Pgbench(scale=max(customers // 100_000, 10), clients=CLIENTS, seconds=SECONDS)
    with bare_books.opened(bare_books.last_ids()):
        tpc_b, ours, alone = _in_turn(
            range(ROUNDS),
            lambda _number: pgbench.run(),
            lambda number: _by_clients(program, number, _Service),
            lambda number: _by_clients(program, number, _Bare),
        )
    rows = [
        _row("ledger transaction through the service, 8 clients (per second)", ours, tpc_b,
             0.8, "pgbench TPC-B"),
        _row("the same against its rows alone", ours, alone, 0.5, "its rows without guards"),
        *_on_a_slower_disk(program, pgbench),
    ]  # fmt: skip
    pgbench.drop()
    return rows


def _on_a_slower_disk(program: Program, pgbench: Pgbench) -> list[Row]:
    """The same against TPC-B where a commit waits 2 ms more; nothing on a server not ours."""
    if not disks.may_wait():
        return []
    with disks.waiting():
        tpc_b, ours = _in_turn(
            range(ROUNDS, PARTS),
            lambda _number: pgbench.run(),
            lambda number: _by_clients(program, number, _Service),
        )
    return [_row("the same where a commit waits 2 ms for the disk", ours, tpc_b, 0.8,
                 "pgbench TPC-B, waiting too")]  # fmt: skip


def _in_turn(rounds: range, *sides: Callable[[int], float]) -> list[float]:
    """Medians of what each side reaches, run in turn."""
    taken = [[side(number) for side in sides] for number in rounds]
    return [statistics.median(reached) for reached in zip(*taken, strict=True)]


def _row(work: str, ours: float, floor: float, least: float, what: str) -> Row:
    return Row(work, ours, floor, ours / floor, f"≥ {least} x {what}", ours >= least * floor)


class _Service:
    """What a till calls."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def accrue(self, order: Order, _key: str) -> None:
        ledger.accrue(program=self.program, order=order)

    def redeem(self, customer_id: int, key: str) -> None:
        ledger.redeem(program=self.program, customer_id=customer_id, points=1, key=key, at=AT)


class _Bare(_Service):
    """The same rows, and nothing that holds them to a promise."""

    def accrue(self, order: Order, key: str) -> None:
        bare_books.accrue(self.program, order, key)

    def redeem(self, customer_id: int, key: str) -> None:
        bare_books.redeem(self.program, customer_id, key, AT)


def _by_clients(program: Program, number: int, kind: type[_Service]) -> float:
    """Operations a second of CLIENTS processes with a connection each."""
    later = Order.objects.within(program.workspace).filter(source="later").order_by("id")
    share = later.count() // PARTS // CLIENTS
    first = number * share * CLIENTS
    parts = [list(later[first + n * share : first + (n + 1) * share]) for n in range(CLIENTS)]
    connection.close()
    fork = multiprocessing.get_context("fork")
    start, done = fork.Barrier(CLIENTS + 1), fork.Queue()
    clients = [
        fork.Process(target=_client, args=(kind(program), part, f"{number}-{n}", start, done))
        for n, part in enumerate(parts)
    ]
    for client in clients:
        client.start()
    start.wait()
    answers = [done.get(timeout=PATIENCE) for _ in clients]
    for client in clients:
        client.join()
    return float(sum(count / seconds for count, seconds in answers))


def _client(
    books: _Service, orders: list[Order], name: str, start: "object", done: "object"
) -> None:
    # Each spends one of their points, in no order: whoever earned has some.
    spenders = random.Random(name).sample(orders, len(orders))
    connection.ensure_connection()
    books.redeem(spenders[-1].customer_id or 0, name)
    start.wait()  # type: ignore[attr-defined]
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        key, place = f"{name}-{count}", count // 2
        if count % 2:
            books.redeem(spenders[place].customer_id or 0, key)
        else:
            books.accrue(orders[place], key)
        count += 1
    done.put((count, time.perf_counter() - began))  # type: ignore[attr-defined]


def sets(customers: int) -> list[Row]:
    """Accrual for an account each, then expiry of a lot each, against the same rows bare."""
    program = _shop(customers, orders=customers)
    _accrue(program)
    _expire(program)
    accruals, expiries = [], []
    for number in range(SETS):
        _orders(program, customers, customers, f"round {number}")
        accruals.append(_against_bare(program, _accrue))
        expiries.append(_against_bare(program, _expire))
    return [
        _middle(f"accrual of {customers:,} orders (s)", accruals),
        _middle(f"expiry of {customers:,} lots (s)", expiries),
    ]


def _accrue(program: Program) -> None:
    accruing.accrue_orders(program=program)


def _expire(program: Program) -> None:
    expiring.expire_due(tenant=program.workspace, at=BURNED)


def _against_bare(program: Program, run: Callable[[Program], None]) -> tuple[float, float]:
    before = bare_books.last_ids()
    began = time.perf_counter()
    run(program)
    return time.perf_counter() - began, _bare(program.workspace_id, before)


def _middle(work: str, rounds: list[tuple[float, float]]) -> Row:
    ours, floor = (statistics.median(side) for side in zip(*rounds, strict=True))
    return ratios.at_most(work, ours, floor, 2, "≤ 2 x bare INSERT … SELECT + UPDATE")


def _bare(workspace: int, before: dict[str, int]) -> float:
    """Seconds to write the rows newer than `before` into twins of the tables."""
    with bare_books.opened(before), connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(_write(workspace, before))
        return time.perf_counter() - began


def _write(workspace: int, before: dict[str, int]) -> str:
    """BEGIN … COMMIT of plain statements; balances move as the trigger moves them."""
    fresh = f"(SELECT * FROM loyalty_entry WHERE id > {before['entry']})"
    return f"""
        BEGIN;
        INSERT INTO bare_transaction SELECT * FROM loyalty_transaction
            WHERE id > {before["transaction"]} AND workspace_id = {workspace};
        INSERT INTO bare_lot SELECT * FROM loyalty_lot WHERE id > {before["lot"]};
        INSERT INTO bare_entry SELECT * FROM loyalty_entry WHERE id > {before["entry"]};
        INSERT INTO bare_lotstate SELECT * FROM loyalty_lotstate WHERE lot_id > {before["lot"]};
        UPDATE bare_lotstate s SET remaining = s.amount FROM {fresh} e
            WHERE e.lot_id = s.lot_id AND e.amount < 0;
        UPDATE bare_account a SET balance = a.balance + e.points
            FROM (SELECT account_id, abs(sum(amount)) AS points FROM {fresh} f GROUP BY 1) e
            WHERE a.id = e.account_id AND a.customer_id IS NOT NULL;
        COMMIT;
    """


def _shop(customers: int, orders: int) -> Program:
    """A workspace with a programme, customers, and orders of 100.00 to 1,000.00."""
    workspace = Workspace.objects.create(
        name="Ledger bench", slug=f"bench-{time.time_ns()}", timezone="UTC"
    )
    program = open_program(tenant=workspace, terms=Terms("Club", Decimal(5)))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO crm_customer (workspace_id, first_name, last_name, gender, city, country,"
            " language, timezone, custom, is_made_up)"
            " SELECT %s, '', '', '', '', '', '', '', '{}', true FROM generate_series(1, %s)",
            [workspace.pk, customers],
        )
    _orders(program, customers, orders, "bench")
    return program


def _orders(program: Program, customers: int, count: int, source: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO crm_order (workspace_id, customer_id, source, external_id, placed_at,
                placed_on, total, refunded, is_purchase, content_hash)
            SELECT %(workspace)s, first.id + n %% %(customers)s, %(source)s, n::text,
                %(at)s - make_interval(days => n %% 300), (%(at)s::date - n %% 300),
                10000 + n %% 90000, 0, true, ''
            FROM generate_series(1, %(count)s) AS n,
                (SELECT min(id) AS id FROM crm_customer WHERE workspace_id = %(workspace)s) first
            """,
            {"workspace": program.workspace_id, "customers": customers, "count": count,
             "source": source, "at": AT},
        )  # fmt: skip
        cursor.execute("ANALYZE crm_order, crm_customer, loyalty_account")
