"""Rows of the books written past the services: what the database must judge by itself."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from crm.models import Customer
from loyalty.models import Account, Entry, Lot, Program, Transaction
from tests import build


def bare_transaction(customer: Customer, program: Program, **fields: Any) -> Transaction:
    """A transaction to be, with a number of its own."""
    terms = {"kind": "redeem", "idempotency_key": f"by-hand-{build.number()}"} | fields
    return Transaction(
        id=_next_id(Transaction),
        workspace=program.workspace,
        program=program,
        customer=customer,
        payload_hash=b"\0" * 32,
        occurred_at=build.NOON,
        **terms,
    )


def bare_lot(of: Transaction, account: Account, amount: int) -> Lot:
    """A lot to be of a transaction to be."""
    return Lot(
        id=_next_id(Lot),
        workspace_id=of.workspace_id,
        account=account,
        transaction=of,
        amount=amount,
        active_from=build.NOON,
    )


def _next_id(model: type[Model]) -> int:
    with connection.cursor() as cursor:
        table = model._meta.db_table
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        return int(cursor.fetchone()[0])


def post(*transactions: Transaction, sides: Sequence[Entry], lots: Sequence[Lot] = ()) -> None:
    """Write all of it as one statement, as the services do."""
    tables = [_insert(Transaction, transactions), _insert(Lot, lots), _insert(Entry, sides)]
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH t AS ({}), l AS ({}) {}".format(*[sql for sql, _rows in tables]),
            [rows for _sql, rows in tables],
        )


def _insert(model: type[Model], rows: Sequence[Model]) -> tuple[str, str]:
    """A statement with one place, for the rows as JSON; the database fills in the rest."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.name != "created_at" and (field.name != "id" or model is not Entry)
    ]
    table, columns = model._meta.db_table, ", ".join(field.column for field in fields)
    values = [{field.column: getattr(row, field.attname) for field in fields} for row in rows]
    rows_of = f"jsonb_populate_recordset(NULL::{table}, %s)"
    sql = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {rows_of}"
    return sql, json.dumps(values, default=_as_text)


def _as_text(value: bytes | datetime) -> str:
    return f"\\x{value.hex()}" if isinstance(value, bytes) else value.isoformat()


def side(of: Transaction, account: Account, amount: int, lot: Lot | None = None) -> Entry:
    return Entry(
        workspace_id=of.workspace_id,
        transaction=of,
        account=account,
        amount=amount,
        lot=lot,
        occurred_at=build.NOON,
    )


Sides = Callable[[Transaction, Account, Account, Lot], list[Entry]]
WRONG: dict[str, Sides] = {
    "one entry": lambda t, own, _spent, lot: [side(t, own, -5, lot)],
    "not zero": lambda t, own, spent, lot: [side(t, own, -5, lot), side(t, spent, 4)],
    "no lot": lambda t, own, spent, _lot: [side(t, own, -5), side(t, spent, 5)],
    "lot of a system account": lambda t, own, spent, lot: [
        side(t, own, -5, lot),
        side(t, spent, 5, lot),
    ],
    "below zero": lambda t, own, spent, lot: [side(t, own, -51, lot), side(t, spent, 51)],
    "over the lot": lambda t, own, spent, lot: [side(t, own, 1, lot), side(t, spent, -1)],
    "nothing": lambda t, own, spent, lot: [side(t, own, 0, lot), side(t, spent, 0)],
    "over the limit": lambda t, own, spent, lot: [
        side(t, own, 10**12 + 1, lot),
        side(t, spent, -(10**12) - 1),
    ],
}
