"""Builders of purchase histories: whole bases at once, straight into the orders table."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from psycopg2 import sql

from analytics.rules.purchases import Histories
from analytics.selectors.reading import one, run
from core.models import Workspace
from crm.models import Customer, Order, Refund
from tests import build

ONLINE_RETAIL = Path(__file__).parent.parent / "demo" / "online_retail.parquet"
REFERENCE = Path(__file__).parent / "reference"
NIGHT = datetime(2024, 3, 2, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sale:
    """One order of a numbered person: a day, and what they paid in minor units."""

    person: int
    day: date
    total: int = 1000


def shop(**fields: Any) -> Workspace:
    return build.workspace(timezone="UTC", currency="GBP", **fields)


def people(within: Workspace, numbers: Iterable[int]) -> dict[int, Customer]:
    """Customers for these numbers, with ids in the same order."""
    made = {}
    for number in sorted(set(numbers)):
        made[number] = Customer.unscoped.create(workspace=within)
    return made


def orders(within: Workspace, sales: Iterable[Sale]) -> dict[int, Customer]:
    """Orders at noon of their days, and the customers who made them."""
    sales = list(sales)
    known = people(within, [sale.person for sale in sales])
    for sale in sales:
        order(within, known[sale.person], sale.day, sale.total)
    return known


def order(within: Workspace, customer: Customer | None, day: date, total: int = 1000) -> Order:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    placed: Order = Order.unscoped.create(
        workspace=within, customer=customer, external_id=f"order-{build.number()}",
        placed_at=noon, placed_on=day, total=total,
    )  # fmt: skip
    return placed


def load_cleaned_online_retail(within: Workspace) -> int:
    """The cleaned set of the reference figures as orders, one a receipt; returns how many.

    It goes around the import on purpose: analytics must be right whatever the import does.
    """
    _stage_lines()
    run(
        "INSERT INTO crm_customer (workspace_id, first_name, last_name, gender, city, country,"
        " language, timezone, custom, is_made_up)"
        " SELECT %(w)s, code, '', '', '', '', '', '', '{}', false"
        " FROM (SELECT DISTINCT customer AS code FROM staged_lines) c ORDER BY code::int",
        {"w": within.pk},
    )
    return run(
        "INSERT INTO crm_order (workspace_id, customer_id, source, external_id, placed_at,"
        " placed_on, total, refunded, is_purchase, content_hash)"
        " SELECT %(w)s, c.id, 'file', invoice, min(at) AT TIME ZONE 'UTC', min(at)::date,"
        " sum(round(quantity * price * 100)), 0, true, ''"
        " FROM staged_lines l JOIN crm_customer c ON c.first_name = l.customer"
        " AND c.workspace_id = %(w)s GROUP BY c.id, invoice",
        {"w": within.pk},
    )


def _stage_lines() -> None:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    names = ["InvoiceNo", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"]
    lines = pq.read_table(ONLINE_RETAIL, columns=names)
    kept = pc.and_(pc.greater(lines["Quantity"], 0), pc.greater(lines["UnitPrice"], 0))
    kept = pc.and_(kept, pc.is_valid(lines["CustomerID"]))
    kept = pc.and_(kept, pc.invert(pc.starts_with(lines["InvoiceNo"], "C")))
    run("DROP TABLE IF EXISTS staged_lines")
    run(
        "CREATE TEMP TABLE staged_lines (invoice text, quantity numeric, at timestamp,"
        " price numeric, customer text)"
    )
    _copy(lines.filter(kept))


def _copy(table: Any) -> None:
    import io

    import pyarrow.csv as pacsv
    from django.db import connection

    buffer = io.BytesIO()
    pacsv.write_csv(table, buffer, pacsv.WriteOptions(include_header=False))
    buffer.seek(0)
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert("COPY staged_lines FROM STDIN WITH (FORMAT csv)", buffer)


def rows_of(table: str, within: Workspace, columns: str, order_by: str) -> list[tuple[Any, ...]]:
    """A derived table's rows of a workspace, for comparing two runs."""
    from analytics.selectors.reading import rows

    return rows(
        sql.SQL("SELECT {} FROM {} WHERE workspace_id = %(w)s ORDER BY {}").format(
            sql.SQL(columns), sql.Identifier(table), sql.SQL(order_by)
        ),
        {"w": within.pk},
    )


def count_of(table: str, within: Workspace) -> int:
    statement = sql.SQL("SELECT count(*) FROM {} WHERE workspace_id = %(w)s")
    return int(one(statement.format(sql.Identifier(table)), {"w": within.pk})[0])


def history_of(within: Workspace) -> list[tuple[Any, ...]]:
    """The purchase history table of a workspace; the order inside one day is free."""
    from analytics.selectors.reading import rows
    from analytics.services import history

    statement = sql.SQL(
        "SELECT customer_id, orders, revenue, refunded, purchase_days, last_on, last_gap,"
        " encode(figures, 'hex'), purchases FROM {} ORDER BY customer_id"
    )
    found = rows(statement.format(history.table_of(within.pk)))
    return [(*row[:-1], sorted(Histories.packed(b"", row[-1]).days.tolist())) for row in found]


def total_orders(within: Workspace) -> int:
    """Orders that the newest snapshot knows of."""
    from analytics.selectors import rfm, snapshots

    snapshot = snapshots.latest(within.pk)
    assert snapshot is not None
    return sum(segment.orders for segment in rfm.segments(snapshot))


def refund_alone(within: Workspace, customer: Customer, day: date, total: int) -> Refund:
    """Money given back that undoes no known order."""
    refund: Refund = Refund.unscoped.create(
        workspace=within, customer=customer, external_id=f"refund-{build.number()}",
        refunded_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC), refunded_on=day,
        total=total,
    )  # fmt: skip
    return refund
