"""Orders through the batch endpoint of a real web server, against the bare upsert and plain DRF.

Needs a migrated database in the settings; leaves the orders of a workspace of its own. All three
write the same rows, and every round asserts that the rows are there. The other two are given the
ids of the customers before the clock starts; ours is given names, and finds the ids itself.
"""

import contextlib
import http.client
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.conf import settings
from django.db import connection
from rest_framework import serializers

from benchmarks.table import Row
from core import clock
from core.models import Workspace
from core.permissions import API_SCOPES
from core.scoping import Scope
from core.services import keys
from crm.models import Identity, Order
from crm.services import customers
from crm.services.inputs import CustomerInput

PEOPLE = 10_000
BATCH = 1_000
REQUESTS = 10
ROUNDS = 7
START = datetime(2023, 1, 1, tzinfo=UTC)
FLOOR, DRF = 0.5, 4

Batch = list[dict[str, Any]]

# The statement that the floor is: one document a batch, people known already, nothing else.
BARE = """
INSERT INTO bare_order (workspace_id, customer_id, source, external_id, placed_at, placed_on, total,
                        refunded, is_purchase, content_hash)
SELECT %s, d.customer_id, %s, d.external_id, d.placed_at, d.placed_at::date, d.total, 0, true, ''
FROM jsonb_to_recordset(%s) AS d (external_id text, customer_id bigint, placed_at timestamptz,
     total bigint)
ON CONFLICT (workspace_id, source, external_id) DO UPDATE
SET customer_id = excluded.customer_id, placed_at = excluded.placed_at, total = excluded.total,
    placed_on = excluded.placed_on
"""


class OrderList(serializers.ListSerializer[Any]):
    """The best the framework's own tools do: each row checked, then one statement for all."""

    def create(self, validated_data: Batch) -> list[Order]:
        made = [Order(**one) for one in validated_data]
        return list(
            Order.objects.within(made[0].workspace_id).bulk_create(
                made,
                update_conflicts=True,
                unique_fields=["workspace", "source", "external_id"],
                update_fields=["customer", "placed_at", "placed_on", "total"],
            )
        )


class OrderSerializer(serializers.ModelSerializer[Order]):
    """What the plain way declares: the same fields, checked by the framework."""

    customer_id = serializers.IntegerField()

    class Meta:
        model = Order
        list_serializer_class = OrderList
        fields = ("external_id", "placed_at", "total", "customer_id")


def rows(scale: float) -> list[Row]:  # noqa: ARG001 (a batch is a batch at any scale)
    """Orders a second, medians of rounds taken in turn."""
    workspace = Workspace.objects.create(
        name="Batch bench", slug=f"bench-{time.time_ns()}", timezone="UTC"
    )
    scope = Scope(workspace=workspace, role="owner", actor_kind="system")
    people = _people(scope)
    issued = keys.issue(scope=scope, name="bench", scopes=API_SCOPES, expires_at=None)
    _equal_table()
    ours: list[float] = []
    floor: list[float] = []
    drf: list[float] = []
    with _web_server() as port:
        for number in range(-1, ROUNDS):  # the first warms everybody up
            speeds = (
                _speed(workspace, f"floor-{number}", "bare_order", _bare(workspace), people),
                _speed(workspace, f"ours-{number}", "crm_order", _Client(port, issued.secret).send),
                _speed(workspace, f"drf-{number}", "crm_order", _plain_drf(workspace), people),
            )
            if number >= 0:
                for kept, speed in zip((floor, ours, drf), speeds, strict=True):
                    kept.append(speed)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bare_order")
    return [
        _row("the bare upsert", statistics.median(ours), statistics.median(floor), FLOOR),
        _row("DRF serializer(many)", statistics.median(ours), statistics.median(drf), DRF),
    ]


def _equal_table() -> None:
    """A twin of the orders: the same indexes, checks and foreign keys."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_order")
        cursor.execute("CREATE TABLE bare_order (LIKE crm_order INCLUDING ALL)")
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = 'crm_order'::regclass AND contype = 'f'"
        )
        for (reference,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE bare_order ADD {reference}")


def _row(against: str, ours: float, other: float, least: float) -> Row:
    return Row(
        work="batch API, 1,000 orders a request, HTTP (per second)",
        ours=ours,
        floor=other,
        ratio=ours / other,
        promise=f"≥ {least} x {against}",
        kept=ours >= least * other,
    )


def _people(scope: Scope) -> dict[str, int]:
    names = [f"p{number}" for number in range(PEOPLE)]
    for first in range(0, PEOPLE, BATCH):
        items = [CustomerInput(external_id=name) for name in names[first : first + BATCH]]
        customers.upsert(scope=scope, items=items, at=clock.now())
    found = Identity.objects.within(scope).filter(kind="external")
    return dict(found.values_list("value", "customer_id"))


def _orders(source: str, batch: int) -> Batch:
    return [
        {
            "external_id": f"{source}-{n}",
            "placed_at": (START + timedelta(minutes=n)).isoformat(),
            "customer": f"p{n * 7919 % PEOPLE}",
            "total": 10_000 + n % 90_000,
        }
        for n in range(batch * BATCH, (batch + 1) * BATCH)
    ]


def _named(order: dict[str, Any], people: dict[str, int]) -> dict[str, Any]:
    """The order with our id of its customer in place of the shop's."""
    return {name: order[name] for name in ("external_id", "placed_at", "total")} | {
        "customer_id": people[order["customer"]]
    }


def _speed(
    workspace: Workspace,
    source: str,
    table: str,
    write: Callable[[str, Batch], object],
    people: dict[str, int] | None = None,
) -> float:
    """Orders a second over REQUESTS batches; the rows written are the rows sent."""
    batches = [_orders(source, number) for number in range(REQUESTS)]
    if people:
        batches = [[_named(order, people) for order in batch] for batch in batches]
    began = time.perf_counter()
    for batch in batches:
        write(source, batch)
    seconds = time.perf_counter() - began
    sent = {(o["external_id"], datetime.fromisoformat(o["placed_at"]), o["total"])
            for batch in batches for o in batch}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT external_id, placed_at, total FROM {table}"
            " WHERE workspace_id = %s AND source = %s AND customer_id IS NOT NULL",
            [workspace.pk, source],
        )
        assert set(cursor.fetchall()) == sent
    return len(sent) / seconds


def _bare(workspace: Workspace) -> Callable[[str, Batch], None]:
    def write(source: str, batch: Batch) -> None:
        with connection.cursor() as cursor:
            cursor.execute(BARE, [workspace.pk, source, orjson.dumps(batch).decode()])

    return write


def _plain_drf(workspace: Workspace) -> Callable[[str, Batch], None]:
    """No HTTP, no key, no idempotency record, the body as quickly written as ours: in its favour."""

    def write(source: str, batch: Batch) -> None:
        serializer = OrderSerializer(data=json.loads(orjson.dumps(batch)), many=True)
        serializer.is_valid(raise_exception=True)
        serializer.save(
            workspace=workspace, source=source, placed_on=START.date(), content_hash=b""
        )

    return write


class _Client:
    """One connection that stays open, as an integrator's would."""

    def __init__(self, port: int, secret: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def send(self, source: str, batch: Batch) -> None:
        body = orjson.dumps({"source": source, "orders": batch})
        headers = self.headers | {"Idempotency-Key": secrets.token_hex(12)}
        self.connection.request("POST", "/api/v1/orders/batch", body, headers)
        answer = self.connection.getresponse()
        said = orjson.loads(answer.read())
        assert (answer.status, said["created"]) == (200, len(batch)), said


@contextlib.contextmanager
def _web_server() -> Iterator[int]:
    """Gunicorn as it is deployed, on a free port of loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    config = settings.BASE_DIR / "config" / "gunicorn.py"
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", str(config), "-b", f"127.0.0.1:{port}",
         "--log-level", "warning"],
        cwd=settings.BASE_DIR, env=os.environ | {"API_RATE": "100000/min"},
    )  # fmt: skip
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.1)
    raise TimeoutError("the web server did not answer within 30 s")
