"""What a run could hope for, by what was frozen at its launch, to stand beside what came."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from campaigns.models import Run
from campaigns.models.channels import IDENTITY_OF
from campaigns.rules.cascade_forecast import price_of_a_send
from campaigns.rules.expectations import expect
from campaigns.selectors.money import StepRow

# Known before a message goes out: the channel has no way to this person.
UNREACHABLE = (
    "no_address", "address_changed", "no_consent", "consent_denied", "consent_withdrawn",
    "hard_bounce", "complaint", "unsubscribed", "manual", "cap",
)  # fmt: skip
# Who was stopped before a step, or has not come to it, was never asked for an address there:
# today's answers stand in for them.
_REACH = """
SELECT reach, count(*) FROM (
    SELECT array_agg(CASE
        WHEN delivery.reason = ANY(%(unreachable)s) THEN false
        WHEN delivery.id IS NULL OR delivery.reason LIKE 'stopped\\_%%' THEN EXISTS (
            SELECT 1 FROM crm_consentstate AS consent
            JOIN crm_identity AS identity ON identity.customer_id = consent.customer_id
            WHERE consent.customer_id = member.customer_id AND consent.purpose = 'marketing'
              AND consent.state = 'granted' AND consent.channel = step.channel_kind
              AND identity.kind = CASE step.channel_kind {kinds} END)
        ELSE true END ORDER BY step.position) AS reach
    FROM campaigns_audiencemember AS member
    JOIN campaigns_runstep AS step ON step.run_id = member.run_id
    LEFT JOIN campaigns_delivery AS delivery
        ON delivery.customer_id = member.customer_id AND delivery.run_id = member.run_id
        AND delivery.step_id = step.id
    WHERE member.run_id = %(run)s AND NOT member.is_control GROUP BY member.id
) AS person GROUP BY reach
""".replace("{kinds}", " ".join(f"WHEN '{kind}' THEN '{own}'" for kind, own in IDENTITY_OF.items()))


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
