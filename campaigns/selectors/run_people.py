"""The people of a run by where they got to: pages by keyset, search, and rows for a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from campaigns.models import Run
from campaigns.selectors import people
from campaigns.selectors.people import PEOPLE, PathMark, masked

CONTROL = "control"
# The control group has no deliveries: what they bought in the window is all there is.
_CONTROL = """
SELECT member.id AS member_id, member.customer_id, NULL::timestamptz AS clicked_at,
       NULL::timestamptz AS last_clicked_at, NULL::timestamptz AS read_at,
       NULL::timestamptz AS accepted_at, ''::text AS reason, NULL::text AS last_kind,
       ARRAY[]::text[] AS path, 'control' AS stage
FROM campaigns_audiencemember AS member WHERE member.run_id = %(run)s AND member.is_control
"""
_COLUMNS = (
    "member_id, customer_id, clicked_at, last_clicked_at, read_at, accepted_at, reason, last_kind,"
    " path, stage"
)
_LIST = """
SELECT people.*, customer.first_name, customer.last_name, identity.value, bought.total,
       bought.first_at
FROM ({people}) AS people
JOIN crm_customer AS customer ON customer.id = people.customer_id
LEFT JOIN LATERAL (
    SELECT value FROM crm_identity WHERE customer_id = people.customer_id
      AND kind = CASE people.last_kind WHEN 'sms' THEN 'phone' ELSE 'email' END
    ORDER BY id LIMIT 1
) AS identity ON true
LEFT JOIN LATERAL (
    SELECT sum(total) AS total, min(placed_at) AS first_at FROM crm_order AS sale
    WHERE people.stage IN ('bought', 'control') AND sale.workspace_id = %(workspace)s
      AND sale.customer_id = people.customer_id AND sale.is_purchase
      AND sale.placed_at > COALESCE(people.clicked_at, %(start)s)
      AND sale.placed_at <= %(end)s
      AND sale.placed_at <= COALESCE(
          people.last_clicked_at + make_interval(days => %(days)s), %(end)s)
) AS bought ON true
WHERE {terms} ORDER BY people.member_id {order} LIMIT %(limit)s
"""
_FIND = """(
    customer.first_name || ' ' || customer.last_name ILIKE %(find)s
    OR EXISTS (SELECT 1 FROM crm_identity WHERE customer_id = people.customer_id
               AND value ILIKE %(find)s)
)"""


@dataclass(frozen=True, slots=True)
class Row:
    """A person of the table; `spent` is minor units bought after a click (or in the window)."""

    member_id: int
    customer_id: int
    name: str
    contact: str
    stage: str
    reason: str
    at: Any
    spent: int | None
    path: tuple[PathMark, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """One page by keyset and whether there is more on each side."""

    rows: list[Row]
    has_before: bool
    has_after: bool


def page(
    *, run: Run, ends_at: Any, stage: str, find: str = "", after: int = 0, before: int = 0,
    size: int = 20,
) -> Slice:  # fmt: skip
    """People whose furthest stage is `stage`; `before` walks back from a member."""
    found = _rows(run, ends_at, stage, find, after, before, size + 1)
    more, rows = len(found) > size, found[:size]
    if before:
        return Slice(rows[::-1], has_before=more, has_after=True)
    return Slice(rows, has_before=bool(after), has_after=more)


def every(*, run: Run, ends_at: Any, stages: list[str], chunk: int = 2_000) -> Iterator[Row]:
    """Everybody of these stages, read in chunks, for a file."""
    for stage in stages:
        after = 0
        while rows := _rows(run, ends_at, stage, "", after, 0, chunk):
            yield from rows
            after = rows[-1].member_id


def _rows(
    run: Run, ends_at: Any, stage: str, find: str, after: int, before: int, limit: int
) -> list[Row]:
    terms = ["people.stage = %(stage)s"]
    terms.append("people.member_id < %(before)s" if before else "people.member_id > %(after)s")
    if find:
        terms.append(_FIND)
    source = _CONTROL if stage == CONTROL else f"SELECT {_COLUMNS} FROM ({PEOPLE}) AS everyone"  # noqa: S608
    sql = _LIST.format(people=source, terms=" AND ".join(terms), order="DESC" if before else "ASC")
    values = {
        "run": run.pk, "workspace": run.workspace_id, "days": run.attribution_days,
        "start": run.business_start, "end": ends_at, "stage": stage, "after": after,
        "before": before, "limit": limit, "find": f"%{_escaped(find)}%",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [_row(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _row(row: dict[str, Any]) -> Row:
    marks = [one.split(":") for one in row["path"]]
    return Row(
        member_id=row["member_id"],
        customer_id=row["customer_id"],
        name=f"{row['first_name']} {row['last_name']}".strip() or f"#{row['customer_id']}",
        contact=masked(row["value"] or ""),
        stage=row["stage"],
        reason=row["reason"] or "",
        at=row["first_at"] or row["clicked_at"] or row["read_at"] or row["accepted_at"],
        spent=row["total"],
        path=tuple(PathMark(m[0], m[1], m[2], m[-1] == "read") for m in marks),
    )


def by_stage(*, run: Run) -> dict[str, int]:
    """How many people stopped at each stage, the control group too; they sum to the audience."""
    found = dict.fromkeys((*people.STAGES, CONTROL), 0)
    for one in people.counts(run=run):
        found[one.stage] += one.people
    found[CONTROL] = run.control_size
    return found
