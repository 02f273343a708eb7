"""What a run could hope for, by what was frozen at its launch, to stand beside what came."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from campaigns.models import Run
from campaigns.rules.cascade_forecast import price_of_a_send
from campaigns.rules.expectations import expect
from campaigns.selectors.money import StepRow
from campaigns.selectors.reach import COULD_GET

# Known before a message goes out: the channel has no way to this person.
UNREACHABLE = (
    "no_address", "address_changed", "no_consent", "consent_denied", "consent_withdrawn",
    "hard_bounce", "complaint", "unsubscribed", "manual", "cap",
)  # fmt: skip
# Who was stopped before a step, or has not come to it, was never asked for an address there.
_REACH = f"""
SELECT reach, count(*) FROM (
    SELECT array_agg(CASE
        WHEN delivery.reason = ANY(%(unreachable)s) THEN false
        WHEN delivery.id IS NULL OR delivery.reason LIKE 'stopped\\_%%' THEN {COULD_GET}
        ELSE true END ORDER BY step.position) AS reach
    FROM campaigns_audiencemember AS member
    JOIN campaigns_runstep AS step ON step.run_id = member.run_id
    LEFT JOIN campaigns_delivery AS delivery
        ON delivery.customer_id = member.customer_id AND delivery.run_id = member.run_id
        AND delivery.step_id = step.id
    WHERE member.run_id = %(run)s AND NOT member.is_control GROUP BY member.id
) AS person GROUP BY reach
"""  # noqa: S608 - constants


@dataclass(frozen=True)
class Hope:
    """People and micros that the frozen prices and read shares promised."""

    people: int
    messages: int
    reads: int
    cost_micros: int

    @property
    def cost_per_read_micros(self) -> int | None:
        return price_of_a_send(self.cost_micros, self.reads)


def hope_of(run: Run, steps: Sequence[StepRow]) -> Hope:
    """The forecast again, for the people that were written to or could not be reached."""
    with connection.cursor() as cursor:
        cursor.execute(_REACH, {"run": run.pk, "unreachable": list(UNREACHABLE)})
        patterns = Counter({tuple(reach): people for reach, people in cursor.fetchall()})
    hoped = expect(patterns, [float(row.step.read_rate) for row in steps])
    return Hope(
        people=sum(people for reach, people in patterns.items() if any(reach)),
        messages=sum(round(one.recipients) for one in hoped),
        reads=sum(round(one.reads) for one in hoped),
        cost_micros=sum(
            round(one.recipients) * (price_of_a_send(row.cost_micros, row.accepted)
                                     or row.step.price_micros)
            for one, row in zip(hoped, steps, strict=True)
        ),
    )  # fmt: skip
