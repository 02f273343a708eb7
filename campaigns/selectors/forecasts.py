"""Whom a campaign would reach and what it would cost: the waterfall, the steps, the bill."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns import audiences
from campaigns.models import Campaign, CampaignStep
from campaigns.models.channels import IDENTITY_OF
from campaigns.rules import holdout
from campaigns.rules.cascade_forecast import StepFigures, Summary, summarise
from campaigns.rules.expectations import expect
from campaigns.selectors.reach import still_stands

LOSSES = ("no_consent", "no_address", "stop_list", "cap", "control")
# One row a person: the first reason against them, and on which steps they can be reached. The
# reasons stand in the order the gate asks them, control last: it is a share of the rest.
_PEOPLE = """
WITH chosen AS ({chosen}), person AS (
    SELECT chosen.customer_id, {consents} AS consents, {reach} AS reach, {listed} AS listed,
           (SELECT count(*) FROM campaigns_delivery AS sent
            JOIN campaigns_runstep AS step ON step.id = sent.step_id
            WHERE sent.customer_id = chosen.customer_id AND step.purpose = 'marketing'
              AND sent.intent_business_at > %(run_at)s - make_interval(days => %(run_cap_days)s)
              AND sent.intent_business_at < %(run_at)s + make_interval(days => %(run_cap_days)s)
             ) >= %(run_cap)s AS is_capped,
           {control} AS is_control
    FROM chosen JOIN crm_customer AS customer ON customer.id = chosen.customer_id
    WHERE customer.workspace_id = %(run_workspace)s AND customer.merged_into_id IS NULL
)
SELECT CASE WHEN NOT true = ANY(consents) THEN 'no_consent'
            WHEN NOT true = ANY(reach) AND true = ANY(listed) THEN 'stop_list'
            WHEN NOT true = ANY(reach) THEN 'no_address'
            WHEN is_capped THEN 'cap' WHEN is_control THEN 'control' ELSE '' END,
       reach, count(*)
FROM person GROUP BY 1, 2
"""
_CONSENT = """EXISTS (SELECT 1 FROM crm_consentstate AS consent
    WHERE consent.customer_id = chosen.customer_id AND consent.purpose = 'marketing'
      AND consent.channel = '{kind}' AND consent.state = 'granted')"""
_ADDRESS = """EXISTS (SELECT 1 FROM crm_identity AS identity
    WHERE identity.customer_id = chosen.customer_id AND identity.kind = '{identity}'
      AND {negation} EXISTS (
        SELECT 1 FROM campaigns_suppression AS listed
        WHERE listed.workspace_id = %(run_workspace)s AND listed.channel_kind = '{kind}'
          AND listed.address_hash = sha256(convert_to(identity.value, 'UTF8'))
          AND {stands}))"""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step as it would come out; people and micros are expectations."""

    step: CampaignStep
    recipients: int
    reads: int
    price_micros: int
    unreachable: int

    @property
    def cost_micros(self) -> int:
        return self.recipients * self.price_micros


@dataclass(frozen=True, slots=True)
class Forecast:
    """The audience with its losses in the gate's order, the steps, the bill against all-dear."""

    total: int
    losses: dict[str, int]
    receive: int
    steps: tuple[PlannedStep, ...]
    summary: Summary
    dear_price_micros: int
    dear_reads: int


def forecast(
    *, campaign: Campaign, steps: Sequence[CampaignStep], at: datetime, segments: Sequence[int]
) -> Forecast:
    """Count the audience as of `at`; `segments` is how many units a message of each step takes."""
    rows = _count(campaign, steps, at)
    losses = {name: sum(n for why, _, n in rows if why == name) for name in LOSSES}
    patterns: Counter[tuple[bool, ...]] = Counter()
    for why, reach, people in rows:
        if not why:
            patterns[tuple(reach)] += people
    planned = _plan(steps, patterns, segments)
    dear = max(range(len(planned)), key=lambda n: planned[n].price_micros, default=None)
    reachable = sum(n for p, n in patterns.items() if dear is not None and p[dear])
    figures = [
        StepFigures(
            one.step.channel.name, one.price_micros, one.recipients, one.reads, one.cost_micros
        )
        for one in planned
    ]
    return Forecast(
        total=sum(people for _, _, people in rows),
        losses=losses,
        receive=sum(patterns.values()),
        steps=tuple(planned),
        summary=summarise(reachable, figures),
        dear_price_micros=planned[dear].price_micros if dear is not None else 0,
        dear_reads=round(reachable * planned[dear].step.channel.read_rate)
        if dear is not None
        else 0,
    )


def _plan(
    steps: Sequence[CampaignStep],
    patterns: Counter[tuple[bool, ...]],
    segments: Sequence[int],
) -> list[PlannedStep]:
    """Each step goes to those it can reach who have not read an earlier one."""
    hoped = expect(patterns, [float(step.channel.read_rate) for step in steps])
    return [
        PlannedStep(
            step=step,
            recipients=round(one.recipients),
            reads=round(one.reads),
            price_micros=step.channel.price_micros * max(1, parts),
            unreachable=round(one.unreachable),
        )
        for step, one, parts in zip(steps, hoped, segments, strict=True)
    ]


def _count(
    campaign: Campaign, steps: Sequence[CampaignStep], at: datetime
) -> list[tuple[str, list[bool], int]]:
    chosen = audiences.build(workspace_id=campaign.workspace_id, audience=campaign.audience, at=at)
    control = holdout.sql(workspace="%(run_workspace)s", customer="chosen.customer_id")
    sql = _PEOPLE.format(
        chosen=chosen.sql,
        consents=_array(steps, _CONSENT),
        reach=_array(steps, f"({_CONSENT} AND {_ADDRESS})", negation="NOT"),
        listed=_array(steps, _ADDRESS, negation=""),
        control=control.replace("%s", "%(run_salt)s", 1).replace("%s", "%(run_share)s", 1),
    )
    terms: dict[str, Any] = {
        "run_workspace": campaign.workspace_id,
        "run_at": at,
        "run_cap": campaign.cap_messages,
        "run_cap_days": campaign.cap_days,
        "run_salt": f"campaign-{campaign.pk}",
        "run_share": holdout.threshold(campaign.control_percent / 100),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, {**chosen.params, **terms})
        return list(cursor.fetchall())


def _array(steps: Sequence[CampaignStep], test: str, **words: str) -> str:
    """An SQL array of one truth a step; kinds are of our own list, never from a request."""
    tests = [
        test.format(
            kind=kind,
            identity=IDENTITY_OF[kind],
            **words,
            stands=still_stands(customer="chosen.customer_id", channel=f"'{kind}'"),
        )
        for kind in (step.channel.kind for step in steps)
    ]
    return f"ARRAY[{', '.join(tests)}]::boolean[]"
