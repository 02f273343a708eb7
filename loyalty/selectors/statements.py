"""Operations as people read them: one customer's, or the whole programme's, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum

from crm.models import Customer
from loyalty.models import Entry, Program, Transaction

# The place after which the next page begins: (moment, transaction id).
Cursor = tuple[datetime, int]


@dataclass(frozen=True)
class Operation:
    """One transaction: the points it gave or took (`points`), and the debt it moved (`owed`)."""

    id: int
    kind: str
    label: str
    occurred_at: datetime
    points: int
    owed: int
    customer_id: int
    customer_name: str
    order_number: str
    reason: str
    actor: str
    is_undoable: bool


@dataclass(frozen=True)
class Page:
    """Some operations and the cursor of the next page, None on the last."""

    operations: tuple[Operation, ...]
    next: Cursor | None


def statement(
    *, program: Program, customer: Customer, after: Cursor | None = None, size: int = 50
) -> Page:
    """A customer's operations by business time, newest first."""
    rows = _rows(program).filter(customer=customer).order_by("-occurred_at", "-id")
    if after:
        moment, pk = after
        rows = rows.filter(Q(occurred_at__lt=moment) | Q(occurred_at=moment, id__lt=pk))
    return _page(rows, size)


def recent(*, program: Program, after: Cursor | None = None, size: int = 50) -> Page:
    """The programme's operations by business time, newest first.

    Each has one entry on an account of the programme's own, so four short index scans find them.
    """
    sides: QuerySet[Entry, Any] = Entry.objects.within(program.workspace_id)
    newest: list[tuple[datetime, int]] = []
    for account in program.account_set.filter(customer=None):
        side = sides.filter(account=account)
        if after:
            moment, pk = after
            side = side.filter(
                Q(occurred_at__lt=moment) | Q(occurred_at=moment, transaction_id__lt=pk),
                occurred_at__lte=moment,
            )
        newest += side.order_by("-occurred_at", "-transaction_id").values_list(
            "occurred_at", "transaction_id"
        )[: size + 1]
    found = [pk for _, pk in sorted(newest, reverse=True)[: size + 1]]
    return _page(_rows(program).filter(pk__in=found).order_by("-occurred_at", "-id"), size)


def place_text(place: Cursor | None) -> str:
    """The place as an address carries it; "" on the last page."""
    return f"{place[0].isoformat()}/{place[1]}" if place else ""


def place_of(text: str) -> Cursor | None:
    """The place that an address names; a spoilt one is the beginning."""
    moment, _slash, pk = text.partition("/")
    try:
        at = datetime.fromisoformat(moment.replace(" ", "+"))
        return (at, int(pk)) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def count(*, program: Program, customer: Customer) -> int:
    """How many operations a customer has."""
    found: int = Transaction.objects.within(program.workspace_id).filter(customer=customer).count()
    return found


def _rows(program: Program) -> "QuerySet[Transaction, Any]":
    rows: QuerySet[Transaction, Any] = Transaction.objects.within(program.workspace_id)
    return rows.filter(program=program).select_related("customer", "order")


def _page(rows: "QuerySet[Transaction, Any]", size: int) -> Page:
    """One page: the sums of a page's entries are one more query, whatever its size."""
    found = list(rows[: size + 1])
    shown = found[:size]
    moved = _moved(shown)
    last = shown[-1] if len(found) > size else None
    return Page(
        operations=tuple(_operation(row, moved) for row in shown),
        next=(last.occurred_at, last.pk) if last else None,
    )


def _moved(rows: "list[Transaction]") -> dict[tuple[int, str], int]:
    """Points by transaction and kind of personal account, and who was undone already."""
    sums = (
        Transaction.unscoped.filter(pk__in=[row.pk for row in rows])
        .filter(entries__account__customer__isnull=False)
        .values_list("pk", "entries__account__kind")
        .annotate(points=Sum("entries__amount"))
    )
    undone = Transaction.unscoped.filter(reverses__in=[row.pk for row in rows], kind="adjust")
    return {(pk, kind): points for pk, kind, points in sums} | {
        (pk, "undone"): 1 for pk in undone.values_list("reverses_id", flat=True)
    }


def _operation(row: Transaction, moved: dict[tuple[int, str], int]) -> Operation:
    return Operation(
        id=row.pk,
        kind=row.kind,
        label=str(Transaction.Kind(row.kind).label),
        occurred_at=row.occurred_at,
        points=moved.get((row.pk, "customer"), 0),
        owed=moved.get((row.pk, "debt"), 0),
        customer_id=row.customer_id,
        customer_name=str(row.customer),
        order_number=row.order.external_id if row.order else "",
        reason=row.reason,
        actor=row.actor,
        is_undoable=row.kind == "adjust"
        and row.reverses_id is None
        and (row.pk, "undone") not in moved,
    )
