"""Importing orders and order lines: people, orders, lines, and refunds of what they undo."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from core.services import events
from crm.models import Import
from crm.services.importing import order_columns, order_sql, order_writes, refund_sql, staging
from crm.services.importing.readers import Sheet
from crm.services.importing.staging import Report, row, run

TABLES = order_sql.TABLES
BATCH = 25_000
# From this many new orders on, and this share of all that there were, the planner gets fresh
# statistics before refunds are matched.
WORTH_ANALYSING, GROWTH = 5_000, 0.1
# At least this share of ids has to show a habit before it is believed.
MOST, SHARED = 0.9, 0.2
LARGEST_TOTAL = 10**12
# Clocks of shops differ; further ahead than a day nothing has been sold yet.
TOLERANCE = timedelta(days=1)


def stage(of_import: Import, sheet: Sheet, at: datetime, report: Report) -> int:
    """Parse the file into `import_line`; returns its rows."""
    run(order_sql.STAGE)
    zone, latest = of_import.workspace.timezone, _latest(of_import, at)
    return staging.fill(
        sheet=sheet,
        mapping=of_import.mapping,
        groups=order_columns.groups(of_import.kind, of_import.options, zone, latest),
        table="import_line",
        report=report,
    )


def _latest(of_import: Import, at: datetime) -> datetime:
    """When the future begins; a load that goes on keeps to what it began with."""
    if not {"written", "latest"} <= of_import.report.keys():
        of_import.report = {**of_import.report, "latest": (at + TOLERANCE).isoformat()}
    return datetime.fromisoformat(of_import.report["latest"])


def resolve(of_import: Import, _at: datetime) -> None:
    """Rows into documents, each with its outcome; rows that contradict each other are refused."""
    terms = _terms(of_import) | _habits(of_import)
    _name_orders(of_import, terms)
    terms["refunds"] = row("SELECT EXISTS (SELECT FROM import_item WHERE is_refund)")[0]
    _refuse(of_import, terms)
    run("ANALYZE import_item (line, key, customer, is_refund)")
    run(order_sql.ORDERS_OF_THEIR_OWN if terms["own_rows"] else order_sql.ORDERS, terms)
    run(order_sql.PAPERS, terms)
    if terms["refunds"]:
        run(order_sql.REFUSE_CHANGED_PAPERS, terms)
    run(order_sql.PEOPLE, terms)
    for table in ("import_order (no, key, customer, outcome)", "import_paper", "import_person"):
        run(f"ANALYZE {table}")
    figures = row(order_sql.FIGURES, terms)[0]
    of_import.report = {**of_import.report, **figures}


def _name_orders(of_import: Import, terms: dict[str, Any]) -> None:
    """Give each row the key of its order; numbers that were given anew are several orders."""
    rows = order_sql.AS_THEY_ARE
    if terms["anew"]:
        told = order_sql.renewed(of_import.kind, own_numbers=terms["own_numbers"])
        again = row(order_sql.RENEWED_NUMBERS.format(rows=told), terms)[0]
        of_import.report = {**of_import.report, "numbers_given_anew": again}
        rows = told if again else rows
    if terms["own_rows"]:
        run(order_sql.ITEMS_OF_THEIR_OWN, terms)
    else:
        run(order_sql.ITEMS.format(rows=rows), terms)


def _habits(of_import: Import) -> dict[str, bool]:
    """How this file numbers its orders, kept on the row so that a later load reads it alike."""
    cancelled, minus, ids, shared, largest, loose, repeated = row(order_sql.HABITS)
    plain = row(order_sql.PLAIN_NUMBERS)[0] if cancelled else 0
    found = {
        "cancels": cancelled > 0 and plain >= ids / 2 and minus >= MOST * cancelled,
        "own_numbers": shared > SHARED * ids,
        # Whether the two rarest contradictions have to be looked for at all.
        "shared": shared > 0,
        "huge": largest > LARGEST_TOTAL,
        # Whether each row is a document by itself, so that there is nothing to gather.
        "own_rows": of_import.kind == Import.Kind.ORDERS and not loose,
        # Whether a number may have been given to several orders.
        "anew": repeated > 0 and (of_import.kind == Import.Kind.ORDERS or shared > 0),
    }
    of_import.report = {
        **of_import.report, "habits": found, "numbers_given_anew": 0, "orders_added_up": 0,
    }  # fmt: skip
    return found


def _refuse(of_import: Import, terms: dict[str, Any]) -> None:
    named = {field: column for column, field in of_import.mapping.items()}
    columns = {
        "customer": named.get("customer", ""),
        "order_id": named.get("order_id", ""),
        "amount": named.get("unit_price", named.get("amount", "")),
    }
    terms |= columns
    if terms["shared"]:
        run(order_sql.REFUSE_OTHERS_LINES, terms)
    if terms["one_row"] and not terms["own_rows"]:
        _gather(of_import, terms)
    if terms["huge"]:
        run(order_sql.REFUSE_HUGE_ORDERS, terms)
    if terms["refunds"]:
        run(order_sql.REFUSE_BAD_CANCELLATIONS, terms)


def _gather(of_import: Import, terms: dict[str, Any]) -> None:
    """Rows of one order that differ are added up; those that only say the same are refused.

    Where most orders of several rows have rows that differ, equal ones among them are lines too.
    """
    differing, same = row(order_sql.ROWS_OF_AN_ORDER)
    of_import.report = {**of_import.report, "orders_added_up": differing}
    if same > differing:
        run(order_sql.REFUSE_REPEATED_ORDERS, terms)


def _terms(of_import: Import) -> dict[str, Any]:
    return {
        "workspace": of_import.workspace_id,
        "import": of_import.pk,
        "zone": of_import.workspace.timezone,
        "source": str(of_import.options.get("source", "file"))[:32],
        "system": str(of_import.options.get("system", ""))[:32],
        "one_row": of_import.kind == Import.Kind.ORDERS,
    }


def counts() -> tuple[int, int, int, int]:
    """created, updated, unchanged, rejected: rows of the file."""
    found = row(order_sql.COUNTS)
    return int(found[0]), int(found[1]), int(found[2]), int(found[3])


def write(*, of_import: Import, at: datetime, report: Any) -> None:
    """People and products, then orders with their lines, batch by batch."""
    terms = _terms(of_import) | {"at": at}
    with transaction.atomic():
        run(order_writes.PEOPLE, terms)
        run(order_writes.IDENTITIES, terms)
        if of_import.kind == Import.Kind.LINES:
            run(order_writes.PRODUCTS, terms)
    last, new = row("SELECT count(*), count(*) FILTER (WHERE known_id IS NULL) FROM import_order")
    if last > BATCH and of_import.kind == Import.Kind.LINES:
        run("CREATE INDEX ON import_item (key)")
    run("CREATE INDEX ON import_order (no)")
    for first in range(_written(of_import)["no"] + 1, last + 1, BATCH):
        report(first - 1, last, "write")
        _write_batch(of_import, {**terms, "first": first, "last": min(first + BATCH - 1, last)})
    if new > max(WORTH_ANALYSING, GROWTH * row(order_sql.KNOWN_TO_PLANNER)[0]):
        run("ANALYZE crm_order, crm_orderline, crm_customer, crm_identity")


def _written(of_import: Import) -> dict[str, int]:
    """How far an earlier try came: the last document and its rows by outcome."""
    start = {"no": 0, "created": 0, "updated": 0, "unchanged": 0}
    return {**start, **of_import.report.get("written", {})}


def _write_batch(of_import: Import, terms: dict[str, Any]) -> None:
    """One range of orders and, in the same transaction, how far we are."""
    with transaction.atomic():
        run(order_writes.NEW_ORDERS, terms)
        changed, left = row(order_writes.CHANGED_ORDERS, terms)
        if left:
            _tell_of_left(of_import, terms["at"], left)
        if of_import.kind == Import.Kind.LINES:
            run(order_writes.NEW_LINES, terms)
            if changed:
                run(order_writes.LOOSEN_REFUNDS, terms)
                run(order_writes.DROP_LINES, terms)
                run(order_writes.CHANGED_LINES, terms)
        _remember(of_import, terms)


def _tell_of_left(of_import: Import, at: datetime, customers: list[int]) -> None:
    """Orders of these are other people's now; an import's own fact finds only those by it."""
    payload = {"customer_ids": customers, "order_ids": []}
    events.record(tenant=of_import.workspace_id, name="crm.orders_changed", at=at, payload=payload)


def _remember(of_import: Import, terms: dict[str, Any]) -> None:
    counted = row(order_writes.COUNT_BATCH, terms)
    so_far = _written(of_import)
    written = {
        name: so_far[name] + int(number)
        for name, number in zip(("created", "updated", "unchanged"), counted, strict=True)
    }
    of_import.report = {**of_import.report, "written": {**written, "no": terms["last"]}}
    of_import.save(update_fields=["report"])


def finish(*, of_import: Import, at: datetime) -> None:
    """Refunds of the orders they undo, and the final count of every row's outcome."""
    terms = _terms(of_import) | {"at": at}
    if of_import.report["refunds_created"]:
        _write_refunds(of_import, terms)
    papers = row(
        "SELECT coalesce(sum(lines) FILTER (WHERE outcome = 'created'), 0),"
        " coalesce(sum(lines) FILTER (WHERE outcome = 'unchanged'), 0),"
        " (SELECT count(*) FROM import_reject) FROM import_paper"
    )
    written = _written(of_import)
    of_import.created = written["created"] + int(papers[0])
    of_import.updated = written["updated"]
    of_import.unchanged = written["unchanged"] + int(papers[1])
    of_import.rejected = int(papers[2])


def _write_refunds(of_import: Import, terms: dict[str, Any]) -> None:
    run(refund_sql.EVENTS[of_import.kind], terms)
    run(refund_sql.SEGMENTS)
    run(refund_sql.SEGMENT_INDEX)
    for table in ("import_event", "import_segment"):
        run(f"ANALYZE {table}")
    run(refund_sql.PIECES)
    run(refund_sql.REFUNDS)
    run(refund_sql.WRITE_REFUNDS, terms)
    run(refund_sql.WRITE_REFUND_LINES, terms)
    run(refund_sql.ADD_TO_ORDERS, terms)
    matched, alone, matched_sum, alone_sum = row(refund_sql.FIGURES)
    of_import.report = {
        **of_import.report,
        "refund_pieces_matched": int(matched),
        "refund_pieces_alone": int(alone),
        "refunded_of_orders": int(matched_sum),
        "refunded_alone": int(alone_sum),
    }
