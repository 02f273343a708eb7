"""What a run cost and brought: steps, last-touch revenue, uplift over the control group."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns.models import Run, RunStep
from campaigns.rules import uplift
from campaigns.rules.cascade_forecast import StepFigures, Summary, price_of_a_send, summarise
from campaigns.selectors.people import DELIVERED
from campaigns.selectors.reach import COULD_GET
from campaigns.selectors.windows import end_after

_STEPS = f"""
SELECT step.id,
       count(*) FILTER (WHERE delivery.state = 'accepted'),
       count(*) FILTER (WHERE {DELIVERED}),
       count(*) FILTER (WHERE COALESCE(delivery.read_at, delivery.clicked_at) IS NOT NULL),
       count(delivery.clicked_at),
       COALESCE(sum(delivery.cost_micros), 0)::bigint,
       count(*) FILTER (WHERE delivery.state IN ('queued', 'claimed', 'sending')),
       count(*) FILTER (WHERE CASE WHEN delivery.reason LIKE 'stopped\\_%%' THEN {COULD_GET}
                        ELSE delivery.state = 'accepted' END),
       COALESCE(sum(delivery.segments) FILTER (WHERE delivery.state = 'accepted'), 0)::bigint,
       max(delivery.intent_business_at)
FROM campaigns_runstep AS step
LEFT JOIN campaigns_delivery AS delivery
    ON delivery.run_id = step.run_id AND delivery.step_id = step.id
LEFT JOIN campaigns_audiencemember AS member ON member.id = delivery.member_id
WHERE step.run_id = %(run)s GROUP BY step.id
"""  # noqa: S608 - constants
# Each order goes to the message that the person read or clicked last before it, of all runs: two
# reports never claim the same order. The last line, of no step, counts each buyer once.
_TOUCHED = """
WITH sales AS (
    SELECT member.id AS member_id, member.customer_id, sale.id, sale.placed_at, sale.total
    FROM campaigns_audiencemember AS member
    JOIN crm_order AS sale ON sale.workspace_id = member.workspace_id
        AND sale.customer_id = member.customer_id AND sale.is_purchase
        AND sale.placed_at > %(start)s AND sale.placed_at <= %(end)s
    WHERE member.run_id = %(run)s AND NOT member.is_control
)
SELECT touch.step_id, count(DISTINCT sales.member_id), count(*), sum(sales.total)::bigint
FROM sales CROSS JOIN LATERAL (
    SELECT delivery.run_id, delivery.step_id FROM campaigns_delivery AS delivery
    JOIN campaigns_run AS run ON run.id = delivery.run_id
    CROSS JOIN LATERAL (VALUES (delivery.read_at), (delivery.clicked_at)) AS fact(at)
    WHERE delivery.customer_id = sales.customer_id AND fact.at <= sales.placed_at
      AND fact.at > sales.placed_at - make_interval(days => run.attribution_days)
    ORDER BY fact.at DESC, delivery.id DESC LIMIT 1
) AS touch WHERE touch.run_id = %(run)s GROUP BY GROUPING SETS ((touch.step_id), ())
"""
_SPENT = """
SELECT member.is_control, sum(sale.total)::bigint
FROM campaigns_audiencemember AS member
JOIN crm_order AS sale ON sale.workspace_id = member.workspace_id
    AND sale.customer_id = member.customer_id AND sale.is_purchase
    AND sale.placed_at > %(start)s AND sale.placed_at <= %(end)s
WHERE member.run_id = %(run)s GROUP BY member.id, member.is_control ORDER BY member.id
"""
# Other runs deal their own lots, so a control group is not a group of people nobody wrote to.
_ELSEWHERE = """
SELECT count(*) FROM campaigns_audiencemember AS member
WHERE member.run_id = %(run)s AND member.is_control AND EXISTS (
    SELECT 1 FROM campaigns_delivery AS other
    WHERE other.customer_id = member.customer_id AND other.state = 'accepted'
      AND other.intent_business_at > %(start)s AND other.intent_business_at <= %(end)s
)
"""

Touched = tuple[int, int, int]
NOBODY: Touched = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step as it came out; `reads_are_estimated` when no read receipts exist for it."""

    step: RunStep
    accepted: int
    delivered: int
    reads: int
    reads_are_estimated: bool
    clicks: int
    cost_micros: int
    waiting: int
    would_get: int
    segments: int
    buyers: int = 0
    orders: int = 0
    revenue: int = 0

    @property
    def cost_per_read_micros(self) -> int | None:
        return price_of_a_send(self.cost_micros, self.reads)


@dataclass(frozen=True, slots=True)
class Money:
    """All about money of one run; revenue in minor units, costs in micros.

    `control_elsewhere` are people of the control group to whom other runs wrote in the window.
    """

    steps: tuple[StepRow, ...]
    summary: Summary
    uplift: uplift.Uplift
    orders: int
    buyers: int
    control_elsewhere: int
    ends_at: datetime


def money_of(*, run: Run) -> Money:
    """The steps, the bill against all-dear, and both answers about revenue."""
    counts = _counts(run)
    last_sent = max((row[-1] for row in counts.values() if row[-1]), default=None)
    ends_at = end_after(run, last_sent)
    terms = {"run": run.pk, "start": run.business_start, "end": ends_at}
    touched = _touched(terms)
    steps = _steps(run, counts, touched)
    attributed = sum(step.revenue for step in steps)
    return Money(
        steps=tuple(steps),
        summary=_summary(steps),
        uplift=_uplift(run, terms, attributed),
        orders=sum(step.orders for step in steps),
        buyers=touched.get(None, NOBODY)[0],
        control_elsewhere=_elsewhere(terms),
        ends_at=ends_at,
    )


def _elsewhere(terms: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE, terms)
        return int(cursor.fetchone()[0])


def _counts(run: Run) -> dict[int, tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_STEPS, {"run": run.pk})
        return {row[0]: row[1:] for row in cursor.fetchall()}


def _touched(terms: dict[str, Any]) -> dict[int | None, Touched]:
    """Buyers, orders and revenue by step; under None those of all steps, each buyer once."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, terms)
        return {row[0]: row[1:] for row in cursor.fetchall()}


def _steps(
    run: Run, counts: dict[int, tuple[Any, ...]], touched: dict[int | None, Touched]
) -> list[StepRow]:
    steps = run.steps.select_related("channel").order_by("position")
    return [_step_row(step, counts[step.pk], touched.get(step.pk, NOBODY)) for step in steps]


def _step_row(step: RunStep, counts: tuple[Any, ...], touched: Touched) -> StepRow:
    accepted, delivered, reads, clicks, cost, waiting, would_get, segments, _sent = counts
    # Few SMS gateways can tell a reading: without a single receipt the channel's rate stands in.
    is_estimate = step.channel_kind == "sms" and not (reads - clicks) and delivered > 0
    return StepRow(
        step=step,
        accepted=accepted,
        delivered=delivered,
        reads=max(reads, int(delivered * step.read_rate)) if is_estimate else reads,
        reads_are_estimated=is_estimate,
        clicks=clicks,
        cost_micros=cost,
        waiting=waiting,
        would_get=would_get,
        segments=segments,
        buyers=touched[0],
        orders=touched[1],
        revenue=touched[2],
    )


def _summary(steps: list[StepRow]) -> Summary:
    """Against the dearest channel for everybody who would have got it."""
    figures = [
        StepFigures(
            name=row.step.channel.name,
            price_micros=price_of_a_send(row.cost_micros, row.accepted) or row.step.price_micros,
            recipients=row.accepted,
            reads=row.reads,
            cost_micros=row.cost_micros,
        )
        for row in steps
    ]
    dear = max(steps, key=lambda row: row.step.price_micros)
    return summarise(dear.would_get, figures)


def _uplift(run: Run, terms: dict[str, Any], attributed: int) -> uplift.Uplift:
    with connection.cursor() as cursor:
        cursor.execute(_SPENT, terms)
        rows = cursor.fetchall()
    treated = [spent for is_control, spent in rows if not is_control]
    control = [spent for is_control, spent in rows if is_control]
    return uplift.measure(
        uplift.with_zeros(treated, run.audience_size - run.control_size),
        uplift.with_zeros(control, run.control_size),
        attributed=attributed,
    )
