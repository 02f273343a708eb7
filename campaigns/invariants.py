"""What sending promises, as queries that count zero; ids as in docs/delivery.md."""

from core import invariants

ONCE = """
SELECT count(*) FROM (
    SELECT 1 FROM campaigns_delivery GROUP BY run_id, step_id, customer_id HAVING count(*) > 1
) AS twice
"""
# A run that is over has everybody on every step; one that runs has everybody on the first.
NOBODY_LOST = """
SELECT count(*) FROM campaigns_run AS run
JOIN campaigns_runstep AS step ON step.run_id = run.id
WHERE (run.state = 'finished' OR (run.state IN ('running', 'paused') AND step.position = 1))
  AND run.audience_size - run.control_size <> (
    SELECT count(*) FROM campaigns_delivery WHERE run_id = run.id AND step_id = step.id
  )
"""
AUDIENCE_FROZEN = """
SELECT count(*) FROM campaigns_run AS run
WHERE run.state IN ('running', 'paused', 'finished')
  AND (run.audience_size, run.control_size) <> (
    SELECT count(*), count(*) FILTER (WHERE is_control)
    FROM campaigns_audiencemember WHERE run_id = run.id
  )
"""
CONTROL_UNTOUCHED = """
SELECT count(*) FROM campaigns_delivery AS delivery
JOIN campaigns_audiencemember AS member ON member.id = delivery.member_id
WHERE member.is_control
"""
# The provider's own log is the judge (tests/chaos); here: nothing accepted without its proof.
ACCEPTED_HAS_PROOF = """
SELECT count(*) FROM campaigns_delivery
WHERE state = 'accepted' AND (provider_message_id = '' OR intent_at IS NULL)
"""
NO_INTENT_AFTER_WITHDRAWAL = """
SELECT count(*) FROM campaigns_delivery AS delivery
JOIN campaigns_runstep AS step ON step.id = delivery.step_id
JOIN crm_consent AS said ON said.customer_id = delivery.customer_id
    AND said.channel = step.channel_kind AND said.purpose = step.purpose
WHERE said.state = 'withdrawn' AND delivery.intent_at > said.recorded_at
  AND NOT EXISTS (
    SELECT 1 FROM crm_consent AS later
    WHERE later.customer_id = said.customer_id AND later.channel = said.channel
      AND later.purpose = said.purpose AND later.id > said.id AND later.state = 'granted'
      AND later.recorded_at <= delivery.intent_at
  )
"""
NO_INTENT_AFTER_STOP = """
SELECT count(*) FROM campaigns_delivery AS delivery
JOIN campaigns_audiencemember AS member ON member.id = delivery.member_id
WHERE delivery.intent_at > member.stop_recorded_at
"""
ONE_STEP_IN_SENDING = """
SELECT count(*) FROM (
    SELECT 1 FROM campaigns_delivery WHERE state = 'sending'
    GROUP BY member_id HAVING count(*) > 1
) AS twice
"""
LEASE_IFF_WORKING = """
SELECT count(*) FROM campaigns_delivery
WHERE (state IN ('claimed', 'sending')) <> (lease_token IS NOT NULL)
   OR (state IN ('sending', 'accepted', 'unknown') AND intent_at IS NULL)
"""

CLAIMS = {
    "sends.S1": ("Nobody has two messages of one step", ONCE),
    "sends.S3": ("Nobody of an audience is lost on the way", NOBODY_LOST),
    "sends.S3a": ("An audience stays as it was frozen", AUDIENCE_FROZEN),
    "sends.S3b": ("The control group receives nothing", CONTROL_UNTOUCHED),
    "sends.S4": ("What counts as accepted has the provider's proof", ACCEPTED_HAS_PROOF),
    "sends.S6": ("Nobody is written to after withdrawing consent", NO_INTENT_AFTER_WITHDRAWAL),
    "sends.S9": ("No further step goes out after the stop fact", NO_INTENT_AFTER_STOP),
    "sends.S9a": ("A person has one message on its way at a time", ONE_STEP_IN_SENDING),
    "sends.S11": ("A message is leased exactly while it is worked on", LEASE_IFF_WORKING),
}


def register() -> None:
    """Put the claims of sending into the registry of all apps."""
    for name, (claim, sql) in CLAIMS.items():
        invariants.register(name, claim, sql)
