"""Operations as people read them: one customer's, or the whole programme's, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from crm.models import Customer
from loyalty.models import Entry, Program, Transaction

# The place after which the next page begins: (moment, transaction id).
Cursor = tuple[datetime, int]


@dataclass(frozen=True)
class Operation:
    """One transaction: the points it gave or took (`points`), and the debt it moved (`owed`).

    `reason` is what a person gave; `why` says it also where the clock was the reason.
    """

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
    why: str
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
    """Transactions, each with its sums on personal accounts and whether it was undone."""
    rows: QuerySet[Transaction, Any] = Transaction.objects.within(program.workspace_id)
    undone = Transaction.unscoped.filter(reverses=OuterRef("pk"), kind="adjust")
    return rows.filter(program=program).select_related("customer", "order").annotate(
        points=_moved("customer"), owed=_moved("debt"), is_undone=Exists(undone),
        earned_by=_earned_by(),
    )  # fmt: skip


def _earned_by() -> Case:
    """Of what expired: the order that had given it, if one had."""
    lots = Entry.unscoped.filter(transaction=OuterRef("pk"), lot__isnull=False)
    order = Subquery(lots.values("lot__transaction__order__external_id")[:1])
    return Case(When(kind=Transaction.Kind.EXPIRE, then=order))


def _why_expired(row: Any) -> str:
    if row.kind != Transaction.Kind.EXPIRE:
        return ""
    if row.earned_by is None:
        return gettext("not spent in time")
    return gettext("for order %(number)s, not spent in time") % {"number": row.earned_by}


def _moved(kind: str) -> Coalesce:
    """What a transaction moved on the personal accounts of a kind."""
    entries = Entry.unscoped.filter(transaction=OuterRef("pk"), account__customer__isnull=False)
    sums = entries.filter(account__kind=kind).order_by().values("transaction")
    return Coalesce(Subquery(sums.values(points=Sum("amount"))), 0)


def _page(rows: "QuerySet[Transaction, Any]", size: int) -> Page:
    """One page, by one query."""
    found = list(rows[: size + 1])
    shown = found[:size]
    last = shown[-1] if len(found) > size else None
    return Page(
        operations=tuple(_operation(row) for row in shown),
        next=(last.occurred_at, last.pk) if last else None,
    )


def _operation(row: Any) -> Operation:
    """A transaction with the sums of `_rows`."""
    return Operation(
        id=row.pk,
        kind=row.kind,
        label=str(Transaction.Kind(row.kind).label),
        occurred_at=row.occurred_at,
        points=row.points,
        owed=row.owed,
        customer_id=row.customer_id,
        customer_name=str(row.customer),
        order_number=row.order.external_id if row.order else "",
        reason=row.reason,
        why=row.reason or _why_expired(row),
        actor=row.actor,
        is_undoable=row.kind == "adjust" and row.reverses_id is None and not row.is_undone,
    )
