"""What the published numbers say about one customer."""

from dataclasses import dataclass
from datetime import date

from analytics.selectors.reading import rows
from crm.models import Customer


@dataclass(frozen=True)
class Segments:
    """A customer's cell, segment and lifecycle state on a day; `name` "" before a purchase."""

    as_of: date
    name: str = ""
    state: str = ""
    r: int = 0
    f: int = 0
    m: int = 0
    is_reactivated: bool = False


# Nothing of the person in the newest snapshot still says which day it is of.
_SEGMENTS = """
SELECT newest.as_of, p.segment, p.state, p.r, p.f, p.m, p.is_reactivated
FROM (SELECT as_of, generation, version FROM analytics_snapshot
      WHERE workspace_id = %(workspace)s AND published_at IS NOT NULL
      ORDER BY id DESC LIMIT 1) AS newest
LEFT JOIN analytics_customerstats p
  ON p.generation = newest.generation AND p.since <= newest.version AND p.until > newest.version
     AND p.customer_id = %(customer)s
     AND p.workspace_id = %(workspace)s
"""


def segments_of(customer: Customer) -> Segments | None:
    """The customer's place in the newest published snapshot; None before the first run."""
    found = rows(_SEGMENTS, {"workspace": customer.workspace_id, "customer": customer.pk})
    if not found:
        return None
    as_of, segment, *place = found[0]
    return Segments(as_of) if segment is None else Segments(as_of, segment, *place)
