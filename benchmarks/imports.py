"""CSV import of orders end to end, against a bare COPY of the same orders into the same table.

Needs a migrated database in the settings; leaves nothing: both sides are rolled back, and what
was rolled back is swept out of the tables, so that the next module does not work beside a vacuum.
"""

import csv
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection, transaction

from benchmarks.table import Row
from config.standing import settle_in
from core.models import Workspace
from core.scoping import Scope
from crm.services import importing

FULL_ORDERS = 10_000_000
CUSTOMERS_AN_ORDER = 0.1
ROUNDS = 3
START = datetime(2023, 1, 1, tzinfo=UTC)
AT = datetime(2026, 1, 1, tzinfo=UTC)
PROMISE = 0.33
COLUMNS = (
    "workspace_id, customer_id, source, external_id, placed_at, placed_on, total, refunded,"
    " is_purchase, content_hash"
)


class Undone(Exception):
    """The side is measured; take its rows back."""


def rows(scale: float) -> list[Row]:
    """Orders a second, medians of rounds taken in turn."""
    settle_in()  # as every worker that loads a file has done
    orders = max(int(FULL_ORDERS * scale / 10), 20_000)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        _write(path, orders)
        ours, floor = [], []
        for _ in range(ROUNDS):
            floor.append(orders / _bare_copy(path, Path(folder) / "resolved.csv", orders))
            ours.append(orders / _import(path))
    _sweep()
    ratio = statistics.median(ours) / statistics.median(floor)
    return [
        Row(
            work=f"import {orders:,} orders from CSV, end to end (per second)",
            ours=statistics.median(ours),
            floor=statistics.median(floor),
            ratio=ratio,
            promise=f"≥ {PROMISE} x bare COPY into the same indexed table",
            kept=ratio >= PROMISE,
        )
    ]


def _write(path: Path, orders: int) -> None:
    dice = random.Random(7)
    people = max(int(orders * CUSTOMERS_AN_ORDER), 1)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["order_id", "customer_id", "date", "amount"])
        for number in range(orders):
            at = START + timedelta(seconds=number * 60_000_000 // orders)
            out.writerow([number, dice.randrange(people), f"{at:%Y-%m-%d %H:%M:%S}",
                          f"{dice.randrange(100, 900_000) / 100:.2f}"])  # fmt: skip


def _import(path: Path) -> float:
    """Seconds of register and load: stage, validate, resolve, upsert, report, commit checks."""
    try:
        with transaction.atomic():
            scope = Scope(_workspace())
            start = time.perf_counter()
            found = importing.register_file(scope=scope, file=path, copy=False)
            importing.load(of_import=found, at=AT)
            _check_foreign_keys()
            took = time.perf_counter() - start
            assert found.created == found.rows > 0
            raise Undone  # noqa: TRY301
    except Undone:
        return took


def _bare_copy(path: Path, resolved: Path, orders: int) -> float:
    """Seconds of COPY alone: customers exist, ids are known, amounts are numbers."""
    try:
        with transaction.atomic():
            workspace = _workspace()
            _resolve(path, resolved, workspace, _customers(workspace, orders))
            start = time.perf_counter()
            with connection.cursor() as cursor, resolved.open(encoding="utf-8") as file:
                cursor.copy_expert(f"COPY crm_order ({COLUMNS}) FROM STDIN (FORMAT csv)", file)
            _check_foreign_keys()
            took = time.perf_counter() - start
            raise Undone  # noqa: TRY301
    except Undone:
        return took


def _sweep() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) crm_order, crm_customer, crm_identity")


def _check_foreign_keys() -> None:
    """What COMMIT would do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _workspace() -> Workspace:
    return Workspace.objects.create(name="Bench", slug=f"bench-{time.time_ns()}", timezone="UTC")


def _customers(workspace: Workspace, orders: int) -> int:
    """The first of the customers' ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO crm_customer (workspace_id, first_name, last_name, gender, city, country,"
            " language, timezone, custom, is_made_up)"
            " SELECT %s, '', '', '', '', '', '', '', '{}', false FROM generate_series(1, %s)"
            " RETURNING id",
            [workspace.pk, max(int(orders * CUSTOMERS_AN_ORDER), 1)],
        )
        return int(min(row[0] for row in cursor.fetchall()))


def _resolve(path: Path, resolved: Path, workspace: Workspace, first: int) -> None:
    with path.open(encoding="utf-8") as source, resolved.open("w", newline="") as file:
        out = csv.writer(file)
        for row in csv.DictReader(source):
            minor = row["amount"].replace(".", "")
            out.writerow([workspace.pk, first + int(row["customer_id"]), "file", row["order_id"],
                          f"{row['date']}+00", row["date"][:10], minor, 0, "t",
                          "\\x" + "00" * 32])  # fmt: skip
