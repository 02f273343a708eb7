"""What the programme owes to customers: the equation of the books, and when it falls due."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from loyalty.models import Program

# The programme's own side of every entry up to a moment, by account and kind of transaction.
_SIDES = """
SELECT a.kind, t.kind = 'reverse', sum(e.amount)::bigint
FROM loyalty_account a
JOIN loyalty_entry e ON e.account_id = a.id AND e.occurred_at <= %(at)s
JOIN loyalty_transaction t ON t.id = e.transaction_id
WHERE a.program_id = %(program)s AND a.customer_id IS NULL
GROUP BY 1, 2
"""
_DEBT = """
SELECT coalesce(sum(e.amount), 0)::bigint FROM loyalty_account a
JOIN loyalty_entry e ON e.account_id = a.id AND e.occurred_at <= %(at)s
WHERE a.program_id = %(program)s AND a.kind = 'debt'
"""
_HELD = """
SELECT coalesce(sum(e.amount), 0)::bigint, count(DISTINCT a.id) FROM loyalty_account a
JOIN loyalty_entry e ON e.account_id = a.id AND e.occurred_at <= %(at)s
WHERE a.program_id = %(program)s AND a.kind = 'customer'
"""
_PENDING = """
SELECT coalesce(sum(s.remaining), 0)::bigint FROM loyalty_lotstate s
JOIN loyalty_lot l ON l.id = s.lot_id
WHERE s.workspace_id = %(workspace)s AND s.remaining > 0 AND l.active_from > %(at)s
"""
_BY_MONTH = """
SELECT date_trunc('month', (s.expires_at - interval '1 microsecond') AT TIME ZONE %(zone)s)::date,
       sum(s.remaining)::bigint
FROM loyalty_lotstate s
WHERE s.workspace_id = %(workspace)s AND s.remaining > 0 AND s.expires_at > %(at)s
GROUP BY 1 ORDER BY 1
"""
# Customers' points move against every other account of the programme: its own side and the
# debts. What happens on the stroke of midnight belongs to the day that ends (points burn then).
_STOCK = """
SELECT NULL::date, coalesce(sum(balance), 0)::bigint FROM loyalty_account
WHERE program_id = %(program)s AND kind = 'customer'
UNION ALL
SELECT ((e.occurred_at - interval '1 microsecond') AT TIME ZONE %(zone)s)::date,
       -sum(e.amount)::bigint
FROM loyalty_account a
JOIN loyalty_entry e ON e.account_id = a.id AND e.occurred_at > %(after)s
WHERE a.program_id = %(program)s AND a.kind <> 'customer'
GROUP BY 1
"""


@dataclass(frozen=True)
class Equation:
    """issued - taken back = outstanding + spent + expired + adjusted - owed, at one instant (L19).

    All are points, as positive numbers where the word says what happened; `adjusted` is what was
    taken by hand less what was given. `held` is the same outstanding counted on the customers'
    own accounts, and `difference` must be 0.
    """

    issued: int
    taken_back: int
    spent: int
    expired: int
    adjusted: int
    owed: int
    held: int
    accounts: int

    @property
    def outstanding(self) -> int:
        """What the programme's own side says customers hold."""
        net = self.issued - self.taken_back
        return net - self.spent - self.expired - self.adjusted + self.owed

    @property
    def difference(self) -> int:
        return self.outstanding - self.held


@dataclass(frozen=True)
class Falling:
    """Unspent points whose last day lies in a month."""

    month: date
    points: int


def equation(*, program: Program, at: datetime) -> Equation:
    """The books of a programme as of `at`, by business time."""
    params = {"program": program.pk, "at": at}
    sides = {(kind, is_reverse): points for kind, is_reverse, points in _rows(_SIDES, params)}
    held, accounts = _rows(_HELD, params)[0]
    return Equation(
        issued=-sides.get(("issued", False), 0),
        taken_back=sides.get(("issued", True), 0),
        spent=sides.get(("spent", False), 0),
        expired=sides.get(("expired", False), 0),
        adjusted=sides.get(("adjusted", False), 0),
        owed=-_rows(_DEBT, params)[0][0],
        held=held,
        accounts=accounts,
    )


def outstanding(*, program: Program, at: datetime) -> int:
    """Points customers held at `at`, now or at a past instant."""
    return int(_rows(_HELD, {"program": program.pk, "at": at})[0][0])


def stock_by_day(*, program: Program, first: date, last: date) -> dict[date, int]:
    """Points customers held at the end of each local day: today's balances, walked back."""
    zone = ZoneInfo(program.workspace.timezone)
    after = datetime.combine(first + timedelta(1), time(), zone)
    params = {"program": program.pk, "after": after, "zone": program.workspace.timezone}
    moved = dict(_rows(_STOCK, params))
    left, held = moved.pop(None), {}
    left -= sum(points for day, points in moved.items() if day > last)
    for back in range((last - first).days + 1):
        day = last - timedelta(back)
        held[day] = left
        left -= moved.get(day, 0)
    return held


def pending(*, program: Program, at: datetime) -> int:
    """Points held now that become active after `at`."""
    return int(_rows(_PENDING, {"workspace": program.workspace_id, "at": at})[0][0])


def by_month(*, program: Program, at: datetime) -> list[Falling]:
    """Points held now by the month of their last day, in the workspace's zone."""
    zone = program.workspace.timezone
    params = {"workspace": program.workspace_id, "at": at, "zone": zone}
    return [Falling(month, points) for month, points in _rows(_BY_MONTH, params)]


def _rows(sql: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
