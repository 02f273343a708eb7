"""The ledger through its services, against pgbench and against bare statements.

Needs a migrated database in the settings; leaves nothing but a few rows of a workspace of its own.
"""

import multiprocessing
import random
import re
import statistics
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from django.db import connection

from benchmarks.table import Row
from config.standalone import account, postgres
from core.models import Workspace
from crm.models import Order
from loyalty.models import Program
from loyalty.services import accruing, expiring, ledger
from loyalty.services.programs import Terms, open_program

CLIENTS = 8
ROUNDS = 3
SECONDS = 6
AT = datetime(2024, 3, 1, 12, tzinfo=UTC)
BURNED = AT.replace(year=2030)
FULL_CUSTOMERS = 1_000_000


def rows(scale: float) -> list[Row]:
    """Single operations by 8 clients against TPC-B, and sets against bare statements."""
    customers = max(int(FULL_CUSTOMERS * scale), 2_000)
    return [single_operations(customers), *sets(customers)]


def single_operations(customers: int) -> Row:
    """Accruals and redemptions in turn, medians of rounds taken in turn with pgbench."""
    program = _shop(customers, orders=ROUNDS * SECONDS * 4_000)
    accruing.accrue_orders(program=program)  # everybody has something to spend
    _orders(program, customers, ROUNDS * SECONDS * 3_000, "later")
    pgbench = Pgbench(scale=max(customers // 100_000, 10))
    ours, floor = [], []
    for number in range(ROUNDS):
        floor.append(pgbench.run())
        ours.append(_ours(program, number))
    pgbench.drop()
    return Row(
        work="ledger transaction through the service, 8 clients (per second)",
        ours=statistics.median(ours),
        floor=statistics.median(floor),
        ratio=statistics.median(ours) / statistics.median(floor),
        promise="≥ 0.8 x pgbench TPC-B",
        kept=statistics.median(ours) >= 0.8 * statistics.median(floor),
    )


class Pgbench:
    """TPC-B of PostgreSQL's own tool, prepared, on the same server with the same durability."""

    def __init__(self, scale: int) -> None:
        self.program = postgres.find_binaries(account.for_servers()).folder / "pgbench"
        if not self.program.exists():
            self.program = Path("pgbench")
        settings = connection.settings_dict
        host = settings["HOST"] or settings.get("OPTIONS", {}).get("host", "")
        self.where = ["-h", str(host), "-U", str(settings["USER"]), str(settings["NAME"])]
        self._call("-i", "-q", "-s", str(scale))

    def run(self) -> float:
        """Transactions a second."""
        said = self._call("-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(SECONDS))
        found = re.search(r"tps = ([0-9.]+)", said)
        assert found is not None, said
        return float(found[1])

    def drop(self) -> None:
        self._call("-i", "-I", "d")

    def _call(self, *words: str) -> str:
        done = subprocess.run(
            [self.program, *words, *self.where], check=True, capture_output=True, text=True
        )
        return done.stdout


def _ours(program: Program, number: int) -> float:
    """Operations a second of CLIENTS processes with a connection each."""
    orders = list(Order.objects.within(program.workspace).filter(source="later").order_by("id"))
    share = len(orders) // ROUNDS // CLIENTS
    first = number * share * CLIENTS
    parts = [orders[first + n * share : first + (n + 1) * share] for n in range(CLIENTS)]
    connection.close()
    fork = multiprocessing.get_context("fork")
    start, done = fork.Barrier(CLIENTS + 1), fork.Queue()
    clients = [
        fork.Process(target=_client, args=(program, part, f"{number}-{n}", start, done))
        for n, part in enumerate(parts)
    ]
    for client in clients:
        client.start()
    start.wait()
    answers = [done.get() for _ in clients]
    for client in clients:
        client.join()
    return float(sum(count / seconds for count, seconds in answers))


def _client(
    program: Program, orders: list[Order], name: str, start: "object", done: "object"
) -> None:
    dice = random.Random(name)
    connection.ensure_connection()
    ledger.redeem(
        program=program, customer_id=orders[0].customer_id or 0, points=1, key=name, at=AT
    )
    start.wait()  # type: ignore[attr-defined]
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        order = orders[count // 2 % len(orders)]
        if count % 2:
            who = dice.choice(orders).customer_id or 0
            ledger.redeem(program=program, customer_id=who, points=1, key=f"{name}-{count}", at=AT)
        else:
            ledger.accrue(program=program, order=order)
        count += 1
    done.put((count, time.perf_counter() - began))  # type: ignore[attr-defined]


def sets(customers: int) -> list[Row]:
    """Accrual for an account each, then expiry of a lot each, against the same rows bare."""
    program = _shop(customers, orders=customers)
    accruing.accrue_orders(program=program)
    expiring.expire_due(tenant=program.workspace, at=BURNED)
    _orders(program, customers, customers, "later")
    return [
        _against_bare(
            f"accrual of {customers:,} orders (s)",
            program,
            lambda: accruing.accrue_orders(program=program),
        ),
        _against_bare(
            f"expiry of {customers:,} lots (s)",
            program,
            lambda: expiring.expire_due(tenant=program.workspace, at=BURNED),
        ),
    ]


def _against_bare(work: str, program: Program, run: Callable[[], object]) -> Row:
    before = _last_ids()
    began = time.perf_counter()
    run()
    ours = time.perf_counter() - began
    floor = _bare(program.workspace_id, before)
    return Row(
        work=work,
        ours=ours,
        floor=floor,
        ratio=ours / floor,
        promise="≤ 2 x bare INSERT … SELECT + UPDATE",
        kept=ours <= 2 * floor,
    )


TABLES = ("transaction", "lot", "entry", "lotstate", "account")


def _last_ids() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT max(id) FROM loyalty_transaction), (SELECT max(id) FROM loyalty_lot),"
            " (SELECT max(id) FROM loyalty_entry)"
        )
        return dict(zip(TABLES, cursor.fetchone(), strict=False))


def _bare(workspace: int, before: dict[str, int]) -> float:
    """Seconds to write the rows newer than `before` into twins of the tables.

    The twins have the same indexes and foreign keys, and no triggers.
    """
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"CREATE TABLE bare_{table} (LIKE loyalty_{table} INCLUDING ALL)")
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE conrelid = %s::regclass AND contype = 'f'",
                [f"loyalty_{table}"],
            )
            for (reference,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE bare_{table} ADD {reference}")
            older = before.get(table)
            condition = "true" if older is None else f"id <= {older}"
            if table == "lotstate":
                condition = f"lot_id <= {before['lot']}"
            cursor.execute(
                f"INSERT INTO bare_{table} SELECT * FROM loyalty_{table} WHERE {condition}"
            )
        cursor.execute(f"ANALYZE {', '.join(f'bare_{table}' for table in TABLES)}")
        began = time.perf_counter()
        cursor.execute(_write(workspace, before))
        seconds = time.perf_counter() - began
        cursor.execute(f"DROP TABLE {', '.join(f'bare_{table}' for table in TABLES)}")
    return seconds


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
