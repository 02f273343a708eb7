"""Twins of the books: the same rows, indexes and foreign keys, and no trigger that guards them.

What it costs to write the rows of an operation and nothing else: the floor that no service which
keeps these books can beat.
"""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db import connection

from core.database.prepared import Prepared
from crm.models import Order
from loyalty.models import Program

TABLES = ("transaction", "lot", "entry", "lotstate", "account")
POINTS = 500
LIFE = timedelta(days=365)
DIGEST = bytes(32)

FUNCTIONS = """
CREATE FUNCTION bare_accrue(
    p_workspace bigint, p_program bigint, p_customer bigint, p_key text, p_hash bytea,
    p_points bigint, p_order bigint, p_at timestamptz, p_expires_at timestamptz
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE own bigint; posted bigint; fresh_lot bigint;
BEGIN
    UPDATE bare_account SET balance = balance + p_points
    WHERE program_id = p_program AND kind = 'customer' AND customer_id = p_customer
    RETURNING id INTO own;
    INSERT INTO bare_transaction (workspace_id, program_id, kind, customer_id, idempotency_key,
        payload_hash, order_id, reason, actor, occurred_at)
    VALUES (p_workspace, p_program, 'accrue', p_customer, p_key, p_hash, p_order, '', '', p_at)
    RETURNING id INTO posted;
    INSERT INTO bare_lot (workspace_id, account_id, transaction_id, amount, active_from, expires_at)
    VALUES (p_workspace, own, posted, p_points, p_at, p_expires_at) RETURNING id INTO fresh_lot;
    INSERT INTO bare_lotstate (lot_id, workspace_id, amount, expires_at, remaining)
    VALUES (fresh_lot, p_workspace, p_points, p_expires_at, p_points);
    INSERT INTO bare_entry (workspace_id, transaction_id, account_id, lot_id, amount, occurred_at)
    SELECT p_workspace, posted, id, NULL::bigint, -p_points, p_at FROM bare_account
    WHERE program_id = p_program AND kind = 'issued' AND customer_id IS NULL
    UNION ALL SELECT p_workspace, posted, own, fresh_lot, p_points, p_at;
    RETURN posted;
END $$;

CREATE FUNCTION bare_redeem(
    p_workspace bigint, p_program bigint, p_customer bigint, p_key text, p_hash bytea,
    p_points bigint, p_at timestamptz
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE own bigint; posted bigint; first_lot bigint;
BEGIN
    UPDATE bare_account SET balance = balance - p_points
    WHERE program_id = p_program AND kind = 'customer' AND customer_id = p_customer
    RETURNING id INTO own;
    SELECT l.id INTO first_lot FROM bare_lot l JOIN bare_lotstate s ON s.lot_id = l.id
    WHERE l.account_id = own AND s.remaining >= p_points AND l.active_from <= p_at
      AND l.expires_at > p_at
    ORDER BY l.expires_at, l.id LIMIT 1;
    UPDATE bare_lotstate SET remaining = remaining - p_points WHERE lot_id = first_lot;
    INSERT INTO bare_transaction (workspace_id, program_id, kind, customer_id, idempotency_key,
        payload_hash, reason, actor, occurred_at)
    VALUES (p_workspace, p_program, 'redeem', p_customer, p_key, p_hash, '', '', p_at)
    RETURNING id INTO posted;
    INSERT INTO bare_entry (workspace_id, transaction_id, account_id, lot_id, amount, occurred_at)
    SELECT p_workspace, posted, own, first_lot, -p_points, p_at
    UNION ALL SELECT p_workspace, posted, id, NULL, p_points, p_at FROM bare_account
    WHERE program_id = p_program AND kind = 'spent' AND customer_id IS NULL;
    RETURN posted;
END $$;
"""
ACCRUE = Prepared(
    "bare_accrue",
    "SELECT bare_accrue(%(w)s, %(p)s, %(c)s, %(key)s, %(hash)s, %(points)s, %(order)s, %(at)s,"
    " %(burns)s)",
    w="bigint", p="bigint", c="bigint", key="text", hash="bytea", points="bigint", order="bigint",
    at="timestamptz", burns="timestamptz",
)  # fmt: skip
REDEEM = Prepared(
    "bare_redeem",
    "SELECT bare_redeem(%(w)s, %(p)s, %(c)s, %(key)s, %(hash)s, %(points)s, %(at)s)",
    w="bigint", p="bigint", c="bigint", key="text", hash="bytea", points="bigint",
    at="timestamptz",
)  # fmt: skip


def accrue(program: Program, order: Order, key: str) -> None:
    """Write the rows of an accrual."""
    _call(
        ACCRUE, program, c=order.customer_id, key=key, points=POINTS, order=order.pk,
        at=order.placed_at, burns=order.placed_at + LIFE,
    )  # fmt: skip


def redeem(program: Program, customer_id: int, key: str, at: datetime) -> None:
    """Write the rows of a redemption of one point."""
    _call(REDEEM, program, c=customer_id, key=key, points=1, at=at)


def _call(operation: Prepared, program: Program, **values: object) -> None:
    named = {"w": program.workspace_id, "p": program.pk, "hash": DIGEST, **values}
    with connection.cursor() as cursor:
        operation.run(cursor, named)


@contextlib.contextmanager
def opened(older_than: Mapping[str, int]) -> Iterator[None]:
    """Twins of the tables with the rows up to those numbers."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(_twin(table))
            for reference in _foreign_keys(table):
                cursor.execute(f"ALTER TABLE bare_{table} ADD {reference}")
            cursor.execute(
                f"INSERT INTO bare_{table} SELECT * FROM loyalty_{table}"
                f" WHERE {_older(table, older_than)}"
            )
        for table in ("transaction", "lot", "entry"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('bare_{table}', 'id'), {older_than[table]})"
            )
        cursor.execute(f"ANALYZE {_all()}")
        cursor.execute(FUNCTIONS)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {_all()}")
            cursor.execute("DROP FUNCTION bare_accrue, bare_redeem")


def last_ids() -> dict[str, int]:
    """The newest number of each table that counts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT max(id) FROM loyalty_transaction), (SELECT max(id) FROM loyalty_lot),"
            " (SELECT max(id) FROM loyalty_entry)"
        )
        return dict(zip(TABLES, cursor.fetchone(), strict=False))


def _twin(table: str) -> str:
    """Room on the page goes with it: a balance then moves without touching an index."""
    room = " WITH (fillfactor = 70)" if table in ("lotstate", "account") else ""
    return f"CREATE TABLE bare_{table} (LIKE loyalty_{table} INCLUDING ALL){room}"


def _foreign_keys(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'f'",
            [f"loyalty_{table}"],
        )
        return [reference for (reference,) in cursor.fetchall()]


def _older(table: str, than: Mapping[str, int]) -> str:
    if table == "lotstate":
        return f"lot_id <= {than['lot']}"
    return f"id <= {than[table]}" if table in than else "true"


def _all() -> str:
    return ", ".join(f"bare_{table}" for table in TABLES)
