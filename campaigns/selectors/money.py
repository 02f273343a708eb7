"""What a run cost and brought: steps, last-touch revenue, uplift over the control group."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from campaigns.models import Run, RunStep
from campaigns.rules import uplift
from campaigns.rules.cascade_forecast import StepFigures, Summary, price_of_a_send, summarise
from campaigns.selectors.people import DELIVERED

_STEPS = f"""
SELECT step.id,
       count(*) FILTER (WHERE delivery.state = 'accepted'),
       count(*) FILTER (WHERE {DELIVERED}),
       count(*) FILTER (WHERE COALESCE(delivery.read_at, delivery.clicked_at) IS NOT NULL),
       count(delivery.clicked_at),
       COALESCE(sum(delivery.cost_micros), 0)::bigint,
       count(*) FILTER (WHERE delivery.state IN ('queued', 'claimed', 'sending')),
       count(*) FILTER (WHERE delivery.state = 'accepted' OR delivery.reason LIKE 'stopped\\_%%'),
       COALESCE(sum(delivery.segments) FILTER (WHERE delivery.state = 'accepted'), 0)::bigint
FROM campaigns_runstep AS step LEFT JOIN campaigns_delivery AS delivery
    ON delivery.run_id = step.run_id AND delivery.step_id = step.id
WHERE step.run_id = %(run)s GROUP BY step.id
"""  # noqa: S608 - constants
# Each order goes to the message that the person read or clicked last before it.
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
    SELECT delivery.step_id FROM campaigns_delivery AS delivery
    CROSS JOIN LATERAL (VALUES (delivery.read_at), (delivery.clicked_at)) AS fact(at)
    WHERE delivery.customer_id = sales.customer_id AND delivery.run_id = %(run)s
      AND fact.at <= sales.placed_at
      AND fact.at > sales.placed_at - make_interval(days => %(days)s)
    ORDER BY fact.at DESC LIMIT 1
) AS touch GROUP BY touch.step_id
"""
_SPENT = """
SELECT member.is_control, sum(sale.total)::bigint
FROM campaigns_audiencemember AS member
JOIN crm_order AS sale ON sale.workspace_id = member.workspace_id
    AND sale.customer_id = member.customer_id AND sale.is_purchase
    AND sale.placed_at > %(start)s AND sale.placed_at <= %(end)s
WHERE member.run_id = %(run)s GROUP BY member.id, member.is_control ORDER BY member.id
"""


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
    """All about money of one run; revenue in minor units, costs in micros."""

    steps: tuple[StepRow, ...]
    summary: Summary
    uplift: uplift.Uplift
    orders: int
    buyers: int
    ends_at: datetime


def money_of(*, run: Run) -> Money:
    """The steps, the bill against all-dear, and both answers about revenue."""
    steps = _steps(run)
    attributed = sum(step.revenue for step in steps)
    return Money(
        steps=tuple(steps),
        summary=_summary(steps),
        uplift=_uplift(run, attributed),
        orders=sum(step.orders for step in steps),
        buyers=sum(step.buyers for step in steps),
        ends_at=window_end(run),
    )


def window_end(run: Run) -> datetime:
    """Purchases count until so long after the last step could go out, in both groups."""
    waits = sum((step.wait for step in run.steps.all()), timedelta(0))
    return run.business_start + waits + timedelta(days=run.attribution_days)


def _terms(run: Run) -> dict[str, Any]:
    return {
        "run": run.pk,
        "start": run.business_start,
        "end": window_end(run),
        "days": run.attribution_days,
    }


def _steps(run: Run) -> list[StepRow]:
    steps = {step.pk: step for step in run.steps.select_related("channel").order_by("position")}
    with connection.cursor() as cursor:
        cursor.execute(_STEPS, {"run": run.pk})
        counts = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_TOUCHED, _terms(run))
        touched = {row[0]: row[1:] for row in cursor.fetchall()}
    return [
        _step_row(step, counts[key], touched.get(key, (0, 0, 0))) for key, step in steps.items()
    ]


def _step_row(step: RunStep, counts: tuple[int, ...], touched: tuple[int, int, int]) -> StepRow:
    accepted, delivered, reads, clicks, cost, waiting, would_get, segments = counts
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


def _uplift(run: Run, attributed: int) -> uplift.Uplift:
    with connection.cursor() as cursor:
        cursor.execute(_SPENT, _terms(run))
        rows = cursor.fetchall()
    treated = [spent for is_control, spent in rows if not is_control]
    control = [spent for is_control, spent in rows if is_control]
    return uplift.measure(
        uplift.with_zeros(treated, run.audience_size - run.control_size),
        uplift.with_zeros(control, run.control_size),
        attributed=attributed,
    )
