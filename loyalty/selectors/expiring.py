"""Who is about to lose points: SQL that an upper app puts into its own INSERT … SELECT."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from core.models import Workspace
from core.scoping import Scope, workspace_id_of

# What was left of each lot at the moment is told by the entries dated up to it, so the answer
# for a past moment is what would have been answered then. A lot burned by then, or with nothing
# left, is not there: nobody is warned about 0 points or points that are gone (R84).
_SQL = """
SELECT a.customer_id, sum(was.points)::bigint AS points, min(l.expires_at) AS first_expires_at
FROM loyalty_lot l
JOIN loyalty_account a ON a.id = l.account_id
CROSS JOIN LATERAL (
    SELECT sum(e.amount) AS points FROM loyalty_entry e
    WHERE e.lot_id = l.id AND e.occurred_at <= %(expiring_at)s
) was
WHERE l.workspace_id = %(expiring_workspace)s AND l.active_from <= %(expiring_at)s
  AND l.expires_at > %(expiring_at)s AND l.expires_at <= %(expiring_until)s
  AND was.points > 0
GROUP BY a.customer_id
"""


# The same sum for one customer, as an expression; each name is SQL of the statement around it.
_OF_ONE = """(
    SELECT coalesce(sum(was.points), 0) FROM loyalty_account a
    JOIN loyalty_lot l ON l.account_id = a.id
    CROSS JOIN LATERAL (
        SELECT sum(e.amount) AS points FROM loyalty_entry e
        WHERE e.lot_id = l.id AND e.occurred_at <= {at}
    ) was
    WHERE a.customer_id = {customer} AND a.kind = 'customer' AND l.workspace_id = {workspace}
      AND l.active_from <= {at} AND l.expires_at > {at} AND l.expires_at <= {until}
      AND was.points > 0
)"""


def still_expiring_sql(*, customer: str, workspace: str, at: str, until: str) -> str:
    """An expression: the points of a customer at `at` that burn in (at, until].

    Each argument is SQL of the statement that it is put into, never a value from outside.
    """
    return _OF_ONE.format(customer=customer, workspace=workspace, at=at, until=until)


@dataclass(frozen=True)
class Fragment:
    """A SELECT of (customer_id, points, first_expires_at) and its named parameters."""

    sql: str
    params: dict[str, Any]


def expiring_sql(
    *, tenant: "Scope | Workspace | int", at: datetime, days: int, least: int = 1
) -> Fragment:
    """Customers with active unspent points at `at` that burn in (at, at + days].

    One row a customer: customer_id, points (at least `least`), first_expires_at. Use it as a
    subquery with named parameters: `SELECT … FROM ({fragment.sql}) AS burning`.
    """
    sql = _SQL + "HAVING sum(was.points) >= %(expiring_least)s"
    return Fragment(
        sql,
        {
            "expiring_workspace": workspace_id_of(tenant),
            "expiring_at": at,
            "expiring_until": at + timedelta(days=days),
            "expiring_least": max(least, 1),
        },
    )


@dataclass(frozen=True)
class Expiring:
    """A customer's points that burn soon, and the first instant at which some do."""

    customer_id: int
    points: int
    first_expires_at: datetime


def expiring_customers(
    *, tenant: "Scope | Workspace | int", at: datetime, days: int, least: int = 1
) -> list[Expiring]:
    """The rows of `expiring_sql`, by customer."""
    fragment = expiring_sql(tenant=tenant, at=at, days=days, least=least)
    with connection.cursor() as cursor:
        cursor.execute(fragment.sql + " ORDER BY 1", fragment.params)
        return [Expiring(*row) for row in cursor.fetchall()]
