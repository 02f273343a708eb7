"""Single operations on the books: each is one call of a database function, one transaction.

Every operation locks the customer's account row first and carries a key made from the business
fact, so the same fact posts once: the same key with the same details answers with the first
transaction, with other details it is refused (`IdempotencyConflict`). docs/ledger.md tells why.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection

from core.database.prepared import Prepared
from core.errors import DomainError
from loyalty.errors import (
    IdempotencyConflict,
    InsufficientPoints,
    NothingToReturn,
    NotReversible,
    PointsOutOfRange,
    ProgramIsOff,
    ReasonMissing,
)
from loyalty.models import Program, Transaction
from loyalty.rules import calendar, keys
from loyalty.rules.points import LIMIT, points_for

if TYPE_CHECKING:
    from crm.models import Order

REFUSALS: dict[str, type[DomainError]] = {
    refusal.code: refusal
    for refusal in (InsufficientPoints, IdempotencyConflict, NothingToReturn, NotReversible)
}
# What each function of the database takes after the workspace and the programme.
TAKES = {
    "accrue": "bigint text bytea bigint bigint timestamptz timestamptz timestamptz",
    "redeem": "bigint text bytea bigint bigint timestamptz",
    "reverse": "bigint text bytea bigint bigint timestamptz",
    "return": "bigint text text bytea bigint text text timestamptz timestamptz",
    "adjust": "bigint text bytea bigint text text bigint timestamptz timestamptz",
}
PLACES = tuple("abcdefghijklm")


def _call(operation: str) -> Prepared:
    types = dict(zip(PLACES, ["bigint", "bigint", *TAKES[operation].split()], strict=False))
    holes = ", ".join(f"%({place})s" for place in types)
    sql = f"SELECT * FROM loyalty_{operation}({holes})"  # noqa: S608 (a name of our own)
    return Prepared(f"loyalty_{operation}", sql, **types)


CALLS = {operation: _call(operation) for operation in TAKES}


@dataclass(frozen=True)
class Posted:
    """What an operation did: its transaction, the points moved, and whether it was a repeat."""

    transaction_id: int
    points: int
    is_replay: bool


def accrue(*, program: Program, order: "Order") -> Posted | None:
    """Give the points of an order, at the moment it was placed; debt is repaid first (L10).

    None when the order gives nothing: a guest's, no purchase, before the programme's first day,
    too small, or the programme is off. The programme must come with its workspace
    (`selectors.programs.program_of`).
    """
    points = earned(program=program, order=order)
    if points == 0 or order.customer_id is None:
        return None
    zone = program.workspace.timezone
    life = calendar.life_of(
        order.placed_on,
        activation_days=program.activation_days,
        expiry_days=program.expiry_days,
        zone=zone,
    )
    return _post(
        "accrue", program, order.customer_id, keys.accrual(order.pk),
        keys.fingerprint("accrue", order.customer_id, order.pk, order.total),
        points, order.pk, order.placed_at, max(life.active_from, order.placed_at), life.expires_at,
    )  # fmt: skip


def earned(*, program: Program, order: "Order") -> int:
    """The points an order gives; 0 for an order that gives none."""
    begins = program.starts_on
    if (
        not program.is_active
        or not order.is_purchase
        or (begins is not None and order.placed_on < begins)
    ):
        return 0
    return points_for(order.total, percent=program.base_percent, point_value=program.point_value)


def redeem(
    *,
    program: Program,
    customer_id: int,
    points: int,
    key: str,
    at: datetime,
    order_id: int | None = None,
) -> Posted:
    """Spend points that are active at `at`, the earliest to burn first (L12).

    `key` names the business fact, for example the cheque. Raises InsufficientPoints,
    IdempotencyConflict, PointsOutOfRange, and ProgramIsOff for what was not posted before.
    """
    _require_in_range(points)
    if not program.is_active and not _is_posted(program, f"redeem:{key}"):
        raise ProgramIsOff
    posted = _post(
        "redeem", program, customer_id, f"redeem:{key}",
        keys.fingerprint("redeem", customer_id, points, order_id), points, order_id, at,
    )  # fmt: skip
    return _certain(posted)


def reverse_accrual(
    *, program: Program, order: "Order", refunded: int, at: datetime
) -> Posted | None:
    """Take back points of an order of which `refunded` minor units came back in all (L9).

    Cumulative: floor(A x R / T) less what was taken already. The order's own lot gives first,
    then the lots that burn first, the rest becomes debt. None when nothing is to be taken.
    """
    return _post(
        "reverse", program, order.pk, keys.reversal(order.pk, refunded),
        keys.fingerprint("reverse", order.pk, refunded), refunded, order.total, at,
    )  # fmt: skip


def return_redemption(
    *,
    program: Program,
    redemption_id: int,
    key: str,
    at: datetime,
    points: int | None = None,
) -> Posted:
    """Return spent points to the lots they came from, the last taken first (L11).

    `points` None returns all that was not returned before. Points whose lot has burned meanwhile
    come back as one lot that lives `calendar.GRACE` more. Raises NothingToReturn,
    NotReversible (no redemption of this programme), IdempotencyConflict.
    """
    if points is not None:
        _require_in_range(points)
    posted = _post(
        "return", program, redemption_id, "return", f"return:{redemption_id}:{key}",
        keys.fingerprint("return", redemption_id, points), points, "", "", at,
        at + calendar.GRACE,
    )  # fmt: skip
    return _certain(posted)


def adjust(
    *,
    program: Program,
    customer_id: int,
    points: int,
    reason: str,
    actor: str,
    key: str,
    at: datetime,
) -> Posted:
    """Give (`points` > 0) or take (< 0) points by hand; says why and who (L20).

    Given points live as long as earned ones and need no activation; they repay no debt.
    """
    _require_in_range(abs(points))
    if not reason.strip() or not actor:
        raise ReasonMissing
    posted = _post(
        "adjust", program, customer_id, f"adjust:{key}",
        keys.fingerprint("adjust", customer_id, points, reason, actor), points, reason, actor,
        None, at, _hand_given_until(program, at),
    )  # fmt: skip
    return _certain(posted)


def undo_adjust(
    *, program: Program, adjustment: Transaction, reason: str, actor: str, at: datetime
) -> Posted:
    """Undo an adjustment once: given points are taken (their own lot first), taken ones return.

    Raises InsufficientPoints when the customer has spent them, NotReversible for anything else.
    """
    if adjustment.kind != Transaction.Kind.ADJUST or adjustment.reverses_id is not None:
        raise NotReversible
    given = _points_moved(adjustment)
    key, digest = keys.undoing(adjustment.pk), keys.fingerprint("undo", adjustment.pk)
    if given > 0:
        posted = _post(
            "adjust", program, adjustment.customer_id, key, digest, -given, reason, actor,
            adjustment.pk, at, None,
        )  # fmt: skip
    else:
        posted = _post(
            "return", program, adjustment.pk, "adjust", key, digest, None, reason, actor, at,
            at + calendar.GRACE,
        )  # fmt: skip
    return _certain(posted)


def _points_moved(adjustment: Transaction) -> int:
    amounts = adjustment.entries.filter(account__kind="customer").values_list("amount", flat=True)
    return sum(amounts)


def _hand_given_until(program: Program, at: datetime) -> datetime | None:
    zone = program.workspace.timezone
    today = calendar.local_day(at, zone=zone)
    return calendar.life_of(
        today, activation_days=0, expiry_days=program.expiry_days, zone=zone
    ).expires_at


def _is_posted(program: Program, key: str) -> bool:
    own = Transaction.objects.within(program.workspace_id).filter(program=program)
    return bool(own.filter(idempotency_key=key).exists())


def _require_in_range(points: int) -> None:
    if not 1 <= points <= LIMIT:
        raise PointsOutOfRange


def _post(operation: str, program: Program, *arguments: Any) -> Posted | None:
    """Call loyalty_<operation>: one statement, so a transaction of its own outside of any."""
    values = zip(PLACES, (program.workspace_id, program.pk, *arguments), strict=False)
    try:
        with connection.cursor() as cursor:
            CALLS[operation].run(cursor, dict(values))
            posted, moved, is_replay, refusal = cursor.fetchone()
    except IntegrityError as error:
        # Two customers raced with one key: the account lock does not part them, the index does.
        if "loyalty_transaction_key_once" in str(error):
            raise IdempotencyConflict from error
        raise
    if refusal:
        raise REFUSALS[refusal]
    return None if posted is None else Posted(posted, moved, bool(is_replay))


def _certain(posted: Posted | None) -> Posted:
    if posted is None:  # only accruals and reversals may have nothing to post
        raise NothingToReturn
    return posted
